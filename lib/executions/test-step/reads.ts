// What the expressions of a state read that is not given: by the names that the compiler gives to variables.
import * as z from 'zod';
import { FAILURE, SET_PREFIX } from '../../compiler/expressions/variables.ts';
import { pointerTo } from '../../json-pointer.ts';
import type { RequestProblem } from '../../problem.ts';
import { EXECUTION } from './alone.ts';

interface Values {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly error: unknown;
  readonly isIteration: boolean;
}

/** A large value as the log keeps it (lib/executions/log-values.ts). */
const cut = z.object({ truncated: z.literal(true), size_bytes: z.int(), preview: z.string() });

/** A variable, and a name within what an iteration is given. */
const VARIABLE = /\$(step|var|error|item|index|input)_(\w+)/g;
const OF_ITERATION = /\$(?:states\.input|input_\w+)\.(steps|vars|item|index|error)(?:\.`?(\w+))?/g;

/** @param steps the ids of all steps: an expression may have variables of its own, which are named otherwise */
export function missingValues(
  expressions: readonly string[],
  { outputs, vars, error, isIteration }: Values,
  steps: readonly string[],
): readonly RequestProblem[] {
  const found = new Map<string, RequestProblem>();
  const add = (problem: RequestProblem) => found.set(problem.pointer, problem);
  const readStep = (id: string) => {
    if (!Object.hasOwn(outputs, id)) add(missingOutput(id));
    else if (cut.safeParse(outputs[id]).success) add(cutOutput(id));
  };
  const readVariable = (name: string) => {
    if (!Object.hasOwn(vars, name)) add(missingVariable(name));
  };
  const read = (kind: string, name: string) => {
    if (kind === 'steps') readStep(name);
    else if (kind === 'vars') readVariable(name);
    else if (kind === 'error') {
      if (error === undefined) add(missingError);
    } else if (!isIteration) add(missingItem);
  };
  for (const text of expressions) {
    for (const [variable, kind = '', name = ''] of text.matchAll(VARIABLE)) {
      if (variable.startsWith(`$${SET_PREFIX}`)) readVariable(name);
      else if (steps.includes(name)) read(kind === 'step' ? 'steps' : kind, name);
    }
    for (const [, kind = '', name = ''] of text.matchAll(OF_ITERATION)) read(kind, name);
    if (new RegExp(`\\$${FAILURE}\\b`).test(text)) read('error', '');
  }
  return [...found.values()];
}

/** Whether an expression reads the workflow's input of this name, or all of them. */
export function readsInput(expressions: readonly string[], name: string): boolean {
  const one = new RegExp(
    `(?:\\$${EXECUTION}\\.Input|\\$(?:states\\.input|input_\\w+)\\.inputs)\\.\`?${name}\\b`,
  );
  const all = new RegExp(`\\$${EXECUTION}\\.Input(?!\\.)`);
  return expressions.some((text) => one.test(text) || all.test(text));
}

function missingOutput(id: string): RequestProblem {
  return {
    code: 'missing',
    pointer: pointerTo('/outputs', id),
    message: `The step reads steps.${id}, and what that gave is not given`,
    hint: 'give it in `outputs` (null where that step would not have run), or name a run in `execution_id`',
  };
}

function cutOutput(id: string): RequestProblem {
  return {
    code: 'cut-output',
    pointer: pointerTo('/outputs', id),
    message: `The step reads steps.${id}, of which the run’s log has the beginning only`,
    hint: 'give it in `outputs`',
  };
}

function missingVariable(name: string): RequestProblem {
  return {
    code: 'missing',
    pointer: pointerTo('/vars', name),
    message: `The step reads vars.${name}, and that is not given`,
    hint: 'give it in `vars`',
  };
}

const missingError: RequestProblem = {
  code: 'missing',
  pointer: '/error',
  message: 'The step reads the error that it handles, and that is not given',
  hint: 'give it in `error`: {"name": "RateLimited", "message": "…"}',
};

const missingItem: RequestProblem = {
  code: 'missing',
  pointer: '/item',
  message: 'The step stands in a loop, and reads an item that is not given',
  hint: 'give that of the innermost loop in `item`, and its `index`; a loop around that one is run only by a whole run',
};
