// One random workflow compiled and run on the local engine, compared with what it means.
import { isDeepStrictEqual } from 'node:util';
import { compile, type Definition } from '../../lib/compiler/compile.ts';
import { catalogue as testCatalogue } from '../../lib/compiler/testing/catalogue.ts';
import { type Answer, createRunner, type Runner } from '../support/run-compiled.ts';
import type { Case } from './generate.ts';
import { type Act, type Effect, interpret } from './interpret.ts';
import { decisionOn, modelOf, others } from './world.ts';

/** An action that writes is called again after ten seconds, for which nobody waits here: it fails at once but for rate limits. */
const catalogue = testCatalogue.map((action) =>
  action.effect === 'write' ? { ...action, retryable_errors: ['RateLimited'] } : action,
);

/** The action of a step fails by the step's name and what it gets, always alike: `ok…` never does. */
export const act: Act = (step, input, attempt) => {
  if (step.startsWith('ok')) return { output: outputOf(step, input) };
  switch (sum(`${step}${JSON.stringify(input)}`) % 7) {
    case 0:
      return { error: 'NotFound' };
    case 1:
      return { error: isMail(input) ? 'OutcomeUnknown' : 'ProviderUnavailable' };
    case 2:
      return attempt < 3 ? { error: 'RateLimited' } : { output: outputOf(step, input) };
    case 3:
      return { error: 'RateLimited' };
    default:
      return { output: outputOf(step, input) };
  }
};

/** Of a mail it can be unknown whether it was sent. */
function isMail(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'to' in input;
}

function outputOf(step: string, input: unknown): unknown {
  return {
    number: sum(step) % 10,
    text: `${step} of ${JSON.stringify(input)}`.slice(0, 200),
    url: 'u',
    title: 't',
  };
}

function sum(text: string): number {
  let total = 7;
  for (const letter of text) total = (total * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return total;
}

/** Asking a person, and asking the model: what follows from them is compared. */
const WITHOUT_EFFECT = ['request-approval', 'openai-agent-turn'];

const answer: Answer = ({ function: name, event: { execution, input, retry } }) => {
  if (name === 'openai-agent-turn') {
    const { conversation } = input as { conversation: { turns: number } | null };
    return modelOf(execution.step_id, conversation?.turns ?? 0);
  }
  const result = act(execution.step_id, input, retry?.attempt ?? 1);
  return 'output' in result
    ? result.output
    : Object.assign(new Error(`${result.error} of ${execution.step_id}`), { name: result.error });
};

/** An engine for random workflows, where people decide at once. */
export function fuzzRunner(): Promise<Runner> {
  return createRunner(catalogue, undefined, async ({ execution, task_token: taskToken }, send) => {
    const decided = send('SendTaskSuccess', {
      taskToken,
      output: JSON.stringify(decisionOn(execution.step_id)),
    });
    await decided.catch((error: unknown) => {
      // Another branch has failed meanwhile, so that nobody is asked any more.
      if (!String(error).includes('TaskTimedOut')) throw error;
    });
    return null;
  });
}

/** What the workflow compiles to; throws when it does not. */
export function compiledOf(workflow: unknown): Definition {
  const compiled = compile(workflow, {
    catalogue,
    functionArn: (name) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    stateMachineArn: (id) => `arn:aws:states:us-east-1:123456789012:stateMachine:${id}:live`,
    version: 1,
    apiUrl: 'https://api.example.com',
  });
  if (!compiled.ok) throw new Error(`It does not compile: ${JSON.stringify(compiled.problems, null, 2)}`);
  return compiled.definition;
}

/** Throws when the workflow does not compile, or does something else than it means. */
export async function compare({ workflow, input, isConcurrent }: Case, runner: Runner): Promise<void> {
  const expected = await interpret(workflow, input, act);
  const run = await runner.run(workflow, input, answer, Object.values(others));
  // How often an inline loop may run is no part of what a workflow means: Step Functions has 25,000 events for a run.
  if (JSON.stringify([run.output, run.cause, run.log]).includes(' items; inline it can have ')) return;
  const actual = { status: run.status, output: hidden(run.output), error: run.error };
  const wanted = { status: expected.status, output: hidden(expected.output), error: expected.error };
  if (!isDeepStrictEqual(actual, wanted))
    throw new Error(`It ends otherwise:\n${JSON.stringify({ actual, wanted, cause: run.cause }, null, 2)}`);
  const effects = run.calls
    .filter((call) => !WITHOUT_EFFECT.includes(call.function))
    .map(({ event }) => told(event.execution.step_id, event.input, event.retry?.attempt ?? 1));
  const meant = expected.effects.map(({ step, input: given, attempt }) => told(step, given, attempt));
  const problem = isConcurrent ? unordered(effects, expected.effects) : ordered(effects, meant);
  if (problem !== undefined)
    throw new Error(`It does other things: ${problem}\n${JSON.stringify({ effects, meant }, null, 2)}`);
}

function told(step: string, input: unknown, attempt: number): string {
  return `${step} ${attempt} ${JSON.stringify(hidden(input))}`;
}

function ordered(effects: readonly string[], meant: readonly string[]): string | undefined {
  return isDeepStrictEqual(effects, meant) ? undefined : 'others, or in another order';
}

function unordered(effects: readonly string[], meant: readonly Effect[]): string | undefined {
  const left = [...effects];
  for (const { step, input, attempt, isSure } of meant) {
    const at = left.indexOf(told(step, input, attempt));
    if (at !== -1) left.splice(at, 1);
    else if (isSure) return `${step} did not happen`;
  }
  return left.length === 0 ? undefined : `${left[0]} should not have happened`;
}

/** What evaluation errors say, and which execution of another workflow failed, is not part of what a workflow means. */
function hidden(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_, item: unknown) => {
      if (typeof item !== 'object' || item === null || !('name' in item && 'message' in item)) return item;
      if (item.name === 'States.QueryEvaluationError')
        return { ...item, message: '…', execution_id: undefined };
      return item.name === 'ChildFailed' ? { ...item, message: '…', execution_id: undefined } : item;
    }),
  );
}
