// The states of a step that calls an action: its Task, and the wait that its provider may ask for.
import type { CatalogueAction } from '../actions/catalogue.ts';
import { timeoutSeconds } from './deadline.ts';
import type { Catcher } from './definition.ts';
import { leaving, type Making } from './making.ts';
import { actionRetrier, lambdaRetrier } from './recovery.ts';
import type { ResolvedStep } from './resolved.ts';
import {
  retryAfterCatcher,
  retryAfterWait,
  retryPayload,
  type WaitPolicy,
  waitPolicy,
  waitsVariable,
} from './retry-after.ts';
import { emitValue } from './value.ts';

export function emitTask(making: Making): void {
  const { step, id, comment, context, flow } = making;
  const { action } = step;
  const given = step.parsed.step;
  if (!action || !('action' in given)) throw new Error(`The action of ${id} was not resolved`);
  const waiting = waitPolicyOf(step, action);
  flow.add(id, {
    Type: 'Task',
    ...comment,
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: {
      FunctionName: context.functionArn(action.function_name),
      Payload: {
        input: emitValue(step.value),
        ...(given.connection === undefined ? {} : { connection: given.connection }),
        execution: {
          id: `{% ${context.runId} %}`,
          workflow_id: context.workflowId,
          step_id: id,
          ...(step.callId && { call_id: emitValue(step.callId) }),
        },
        ...(waiting && { retry: retryPayload(waitsVariable(id), waiting) }),
      },
    },
    TimeoutSeconds: timeoutSeconds(given.timeout_seconds ?? action.timeout_seconds, context.deadlines),
    Retry: [lambdaRetrier(action), ...actionRetrier(action, given.retry)],
    // The action's own output, without the SDK's metadata around it.
    ...withCatcher(waiting && retryAfterCatcher(waitsVariable(id), id), leaving(making)),
  });
  if (waiting) flow.add(...retryAfterWait(id, context.deadlines));
}

function waitPolicyOf({ parsed: { step } }: ResolvedStep, action: CatalogueAction): WaitPolicy | undefined {
  return waitPolicy(action, 'retry' in step ? step.retry : undefined);
}

function withCatcher<Rest extends { readonly Catch?: readonly Catcher[] }>(
  catcher: Catcher | undefined,
  { Catch = [], ...rest }: Rest,
): Omit<Rest, 'Catch'> & { Catch?: Catcher[] } {
  const all = catcher ? [catcher, ...Catch] : [...Catch];
  return { ...(all.length === 0 ? {} : { Catch: all }), ...rest };
}
