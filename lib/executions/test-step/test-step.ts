// Tests one step of a draft: its states, as the compiler made them, run alone by TestState.
import { type SFNClient, TestStateCommand, type TestStateOutput } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { Catalogue } from '../../actions/catalogue.ts';
import { jsonOrText } from '../../aws-values.ts';
import { type Definition, innerFlows } from '../../compiler/asl/definition.ts';
import { stepOfState } from '../../compiler/asl/state-names.ts';
import { setting } from '../../config.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { isWrite } from '../../effect.ts';
import { ApiProblem } from '../../problem.ts';
import type { ExecutionLog } from '../../schemas/execution-log.ts';
import type { StepTest, TestStepBody } from '../../schemas/test-step.ts';
import type { Workflow } from '../../workflow-format/workflow.ts';
import { runError } from '../run-error.ts';
import { aloneChoice, aloneStep, expressionsOf } from './alone.ts';
import { type Given, givenFor } from './given.ts';
import { type StepStates, statesOfStep, stepsOf } from './step-states.ts';

/** TestState itself gives up after five minutes; the HTTP API answers within 30 s. */
const MAX_TEST_MS = 25_000;

/** Of the input, and of all variables together (API reference, TestState). */
const MAX_GIVEN_BYTES = 262_144;

/** Why a step of this kind is not tested: TestState runs one state, and no Map, Parallel or state that waits for others. */
const notTestable: Readonly<Record<string, string>> = {
  for_each: 'A loop is run only by a whole run. Test a step in it, with its item in `item`.',
  parallel: 'Branches are run only by a whole run. Test a step in one of them.',
  approval: 'Nobody is asked by a test. Test the steps after it, with the decision in `outputs`.',
  agent:
    'The turns of an agent are run only by a whole run. Test the steps after it, with what it gives in `outputs`.',
  workflow:
    'Another workflow is run only by a whole run. Run that workflow, and give its output in `outputs`.',
  wait: 'There is nothing to test in a wait but its time.',
};

export interface TestedDraft {
  readonly workflow: Workflow;
  readonly definition: Definition;
}

export interface TestDependencies {
  readonly catalogue: Catalogue;
  /** From syncStatesClient, which sends nothing twice: TestState has the same host. */
  readonly sfn: Pick<SFNClient, 'send'>;
  readonly now?: () => Date;
  readonly limitMs?: number;
}

/**
 * @param log the run that the values are taken from where the body names none
 * @throws ApiProblem not-testable, effect-unconfirmed, invalid-body, invalid-input, body-too-large
 */
export async function testStep(
  { workflow, definition }: TestedDraft,
  body: TestStepBody,
  log: ExecutionLog | undefined,
  { catalogue, sfn, now = () => new Date(), limitMs = MAX_TEST_MS }: TestDependencies,
): Promise<StepTest> {
  const { step } = body;
  const steps = stepsOf(definition);
  const states = statesOfStep(definition, step);
  if (!states) throw unknownStep(step, steps);
  checkTestable(states, body, catalogue);
  const when = states.when && aloneChoice(states.when);
  const own = aloneStep(states.own, step);
  const expressions = expressionsOf([when, own]);
  const given = givenFor(body, log, { workflow, steps, loop: states.loop, expressions }, now());
  const test = (state: object) => testState(state, given, sfn, limitMs);
  const began = performance.now();
  const none = { step, input: null, output: null, next: null, error: null };
  const answer = (result: Partial<StepTest> & Pick<StepTest, 'status'>): StepTest => ({
    ...none,
    ...result,
    duration_ms: Math.round(performance.now() - began),
  });
  if (when) {
    const asked = await test(when);
    if (asked.status !== 'SUCCEEDED') return answer(failed(step, asked));
    if (stepOfState(asked.nextState ?? '').id !== step) return answer({ status: 'skipped' });
  }
  const tested = await test(own);
  const input = sentInput(tested);
  if (tested.status !== 'SUCCEEDED') return answer({ ...failed(step, tested), input });
  const isChoice = states.own.Type === 'Choice';
  return answer({
    status: 'succeeded',
    input,
    output: isChoice ? null : jsonOrText(tested.output),
    next: isChoice ? nextStep(tested.nextState, steps) : null,
  });
}

/** Null where the workflow ends. */
function nextStep(state = '', steps: readonly string[]): string | null {
  const { id } = stepOfState(state);
  return steps.includes(id) ? id : null;
}

function unknownStep(step: string, steps: readonly string[]): ApiProblem {
  const message = `The workflow has no step ${step}`;
  const hint = didYouMean(step, steps) ?? `its steps: ${steps.slice(0, 50).join(', ')}`;
  return new ApiProblem('invalid-body', message, {
    problems: [{ code: 'unknown-step', pointer: '/step', message, hint }],
  });
}

function checkTestable(
  { kind, own }: StepStates,
  { step, confirm_effects }: TestStepBody,
  catalogue: Catalogue,
): void {
  const why = notTestable[kind] ?? (innerFlows(own).length > 0 ? notTestable['parallel'] : undefined);
  if (why !== undefined) {
    const message = `${step} (${kind}) cannot be tested alone. ${why}`;
    throw new ApiProblem('not-testable', message);
  }
  const action = catalogue.find(({ id }) => id === kind);
  if (
    confirm_effects ||
    !action ||
    !isWrite(action, own.Type === 'Task' ? inputIn(own.Arguments) : undefined)
  )
    return;
  const detail = `${step} calls ${kind}, which has an effect outside: the test would do it in earnest`;
  throw new ApiProblem('effect-unconfirmed', detail);
}

async function testState(
  state: object,
  { input, variables }: Given,
  sfn: Pick<SFNClient, 'send'>,
  limitMs: number,
): Promise<TestStateOutput> {
  const command = new TestStateCommand({
    definition: JSON.stringify(state),
    roleArn: setting('STATE_MACHINE_ROLE_ARN'),
    input: givenText(input),
    variables: givenText(variables),
    // Gives `afterArguments`: what a Task sent.
    inspectionLevel: 'DEBUG',
  });
  const signal = AbortSignal.timeout(limitMs);
  try {
    return await sfn.send(command, { abortSignal: signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    const cause = `The step took longer than ${limitMs / 1000} s, for which a test is waited for; what it does may still take place`;
    return { status: 'FAILED', error: 'States.Timeout', cause };
  }
}

/** @throws ApiProblem body-too-large */
function givenText(value: unknown): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_GIVEN_BYTES) return text;
  throw new ApiProblem(
    'body-too-large',
    `What the step reads has ${bytes} bytes; a test can be given ${MAX_GIVEN_BYTES}. Give it shorter values`,
  );
}

/** TestState calls a state that it is given without others by no name of its own. */
const NAMELESS = "'StateName'";

function failed(step: string, { error, cause }: TestStateOutput): Pick<StepTest, 'status' | 'error'> {
  return {
    status: 'failed',
    error: runError(
      error,
      cause?.replace(NAMELESS, () => `'${step}'`),
    ),
  };
}

const sent = z.object({ Payload: z.object({ input: z.unknown() }) });

function inputIn(args: unknown): unknown {
  return sent.safeParse(args).data?.Payload.input;
}

function sentInput({ inspectionData }: TestStateOutput): unknown {
  return inputIn(jsonOrText(inspectionData?.afterArguments)) ?? null;
}
