// Short ways for the compiler's tests to compile one value or one workflow against the small catalogue.
import { isObject } from '../../json.ts';
import {
  type CompileResult,
  compile,
  type Definition,
  type Problem,
  type SavedWorkflows,
} from '../compile.ts';
import { formatProblem } from '../problems/format.ts';
import { catalogue } from './catalogue.ts';

/** @param workflows what is known of other workflows */
export function result(document: unknown, workflows?: SavedWorkflows): CompileResult {
  return compile(document, {
    catalogue,
    functionArn: (name) => `arn:${name}`,
    stateMachineArn: (id) => `arn:${id}:live`,
    ...(workflows && { workflows }),
    version: 7,
    apiUrl: 'https://api',
  });
}

export function definition(document: unknown): Definition {
  const compiled = result(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 2));
  return compiled.definition;
}

export function problems(document: unknown): readonly Problem[] {
  const compiled = result(document);
  return compiled.ok ? [] : compiled.problems;
}

/** `<code> <pointer>[:<column>]` of each problem. */
export function codes(document: unknown): string[] {
  return problems(document).map(
    ({ code, pointer, column }) => `${code} ${pointer}${column === undefined ? '' : `:${column}`}`,
  );
}

/** What is said of a workflow, problems and then warnings, each whole: as it is printed, and what mends it. */
export function told(document: unknown, workflows?: SavedWorkflows): string[] {
  const compiled = result(document, workflows);
  return [...(compiled.ok ? [] : compiled.problems), ...compiled.warnings].map((problem) => {
    const { fix, pointer } = problem;
    if (!fix) return formatProblem(problem);
    const told = (change: string) => `${formatProblem(problem)}\n    ${change}`;
    if ('adds' in fix) return told(`adds ${fix.adds} ${JSON.stringify(fix.value)}`);
    if ('removes' in fix) return told(`removes ${fix.removes}`);
    const { replaces, with: text, column, length } = fix;
    const at = `${fix.pointer === pointer ? '' : `${fix.pointer} `}${column ?? ''}${length === undefined ? '' : `+${length} `}`;
    return told(`${replaces} ${at}-> ${text}`);
  });
}

/** A workflow in which `value` is a transform that sees a step, a skipped step, a variable and inputs. */
export function around(value: unknown): Record<string, unknown> {
  return {
    id: 'w',
    inputs: {
      name: { type: 'string' },
      count: { type: 'integer', default: 3 },
      data: { type: 'object' },
      optional: { type: 'string', required: false },
      'with-hyphen': {},
    },
    steps: [
      { id: 'fetch', action: 'gmail.list_messages' },
      { id: 'skipped', when: '{{ inputs.count > 3 }}', action: 'openai.summarize', params: { text: 'x' } },
      { id: 'v', set: { total: 1 } },
      { id: 'value', transform: value },
    ],
  };
}

/** What `value` compiles to. */
export function compiled(value: unknown): unknown {
  const state = definition(around({ value })).States['value'];
  const output: unknown = state?.Type === 'Pass' ? state.Output : undefined;
  return isObject(output) ? output['value'] : output;
}
