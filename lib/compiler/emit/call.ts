// The states of a step that calls an action: its Task, and the wait that its provider may ask for.

import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { RetryPolicy } from '../../workflow-format/workflow.ts';
import { timeoutSeconds } from '../asl/deadline.ts';
import type { Catcher, TaskState } from '../asl/definition.ts';
import { actionRetrier, lambdaRetrier } from '../asl/retry.ts';
import {
  retryAfterCatcher,
  retryAfterWait,
  retryPayload,
  triesVariable,
  waitPolicy,
} from '../asl/retry-after.ts';
import { emitValue } from '../asl/value.ts';
import type { Value } from '../expressions/value.ts';
import { leaving, type Making } from './transition.ts';

/** What a state calls. */
export interface ActionCall {
  /** The state's name. */
  readonly state: string;
  readonly action: CatalogueAction;
  readonly input: Value;
  readonly connection: string | undefined;
  /** The action's own when left out. */
  readonly seconds?: number | undefined;
  readonly retry: RetryPolicy | undefined;
}

export function emitTask(making: Making): void {
  const { step, id, comment } = making;
  const { action } = step;
  const given = step.parsed.step;
  if (!action || !('action' in given)) throw new Error(`The action of ${id} was not resolved`);
  const call: ActionCall = {
    state: id,
    action,
    input: step.value,
    connection: given.connection,
    seconds: given.timeout_seconds,
    retry: given.retry,
  };
  emitCall(call, { ...comment, ...leaving(making) }, making);
}

/** @param rest how the state leaves, and its comment */
export function emitCall(
  { state, action, input, connection, seconds = action.timeout_seconds, retry }: ActionCall,
  rest: Pick<TaskState, 'Comment' | 'Catch' | 'Assign' | 'Output' | 'Next' | 'End'>,
  { step, context, flow }: Making,
): void {
  const { id } = step.parsed.step;
  const waiting = waitPolicy(action, retry);
  const { Comment, ...onward } = rest;
  flow.add(state, {
    Type: 'Task',
    ...(Comment === undefined ? {} : { Comment }),
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: context.functionArn(action.function_name),
      Payload: {
        input: emitValue(input),
        ...(connection === undefined ? {} : { connection }),
        execution: {
          id: `{% ${context.runId} %}`,
          workflow_id: context.workflowId,
          step_id: id,
          ...(step.callId && { call_id: emitValue(step.callId) }),
          ...(step.repeats && action.effect === 'write' && { repeats: true }),
        },
        ...(waiting && { retry: retryPayload(triesVariable(id), waiting) }),
      },
    },
    TimeoutSeconds: timeoutSeconds(seconds, context.deadlines),
    Retry: [lambdaRetrier(action), ...actionRetrier(action, retry)],
    // The action's own output, without the SDK's metadata around it.
    ...withCatcher(waiting && retryAfterCatcher(triesVariable(id), state), onward),
  });
  if (waiting) flow.add(...retryAfterWait(state, context.deadlines));
}

/** Puts a catcher before the others. */
export function withCatcher<Rest extends { readonly Catch?: readonly Catcher[] }>(
  catcher: Catcher | undefined,
  { Catch = [], ...rest }: Rest,
): Omit<Rest, 'Catch'> & { Catch?: Catcher[] } {
  const all = catcher ? [catcher, ...Catch] : [...Catch];
  return { ...(all.length === 0 ? {} : { Catch: all }), ...rest };
}
