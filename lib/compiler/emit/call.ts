// The states that call an action: a Task, and the wait that its provider may ask for.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import { heedsEarlierTries } from '../../effect.ts';
import type { RetryPolicy } from '../../workflow-format/retry-policy.ts';
import { backgroundPayload, ongoingVariable, pollWait, stillRunningCatcher } from '../asl/background.ts';
import { timeoutSeconds } from '../asl/deadline.ts';
import type { Catcher, Retrier, TaskState, Template } from '../asl/definition.ts';
import { INVOKE_LAMBDA } from '../asl/lambda.ts';
import { actionRetrier, lambdaRetriers } from '../asl/retry.ts';
import {
  isFirstTry,
  retryAfterCatcher,
  retryAfterWait,
  retryPayload,
  triesVariable,
  waitPolicy,
} from '../asl/retry-after.ts';
import { emitValue } from '../asl/value.ts';
import { EXECUTION_STARTED } from '../expressions/scope.ts';
import type { EmitContext } from './flow.ts';
import type { StepEmission } from './transition.ts';

/** What a state calls. */
export interface ActionCall {
  /** The state's name. */
  readonly state: string;
  readonly action: CatalogueAction;
  readonly input: Template;
  readonly connection: string | undefined;
  /** The action's own when left out. */
  readonly seconds?: number | undefined;
  readonly retry: RetryPolicy | undefined;
  /** Errors that are final, whatever `retry` names. */
  readonly final?: readonly string[];
  /** Whether a call whose outcome is unknown is made again. */
  readonly onUnknown?: 'retry' | undefined;
  /** The call goes on at the provider while no Lambda runs; it has a deadline then. */
  readonly background?: boolean | undefined;
}

/** @param rest the state's Comment and transition */
export function emitCall(
  {
    state,
    action,
    input,
    connection,
    seconds = action.timeout_seconds,
    retry,
    final = [],
    onUnknown,
    background = false,
  }: ActionCall,
  rest: Pick<TaskState, 'Comment' | 'Catch' | 'Assign' | 'Output' | 'Next' | 'End'>,
  { step, context, flow, input: flowInput }: StepEmission,
): void {
  const { id } = step.parsed.step;
  const waiting = waitPolicy(action, retry, background);
  const ongoing = background ? { [ongoingVariable(id)]: null } : undefined;
  const readsInput = flowInput !== undefined;
  const { Comment, ...transition } = rest;
  flow.add(state, {
    Type: 'Task',
    ...(Comment === undefined ? {} : { Comment }),
    Resource: INVOKE_LAMBDA,
    Arguments: {
      FunctionName: context.functionArn(action.function_name),
      Payload: {
        input,
        ...(connection === undefined ? {} : { connection }),
        execution: {
          ...callOf(id, context),
          ...(step.callId && { call_id: emitValue(step.callId) }),
          ...triesOf({ action, repeats: step.repeats, context, variable: waiting && triesVariable(id) }),
        },
        ...(onUnknown && { on_unknown: onUnknown }),
        ...(background && { background: backgroundPayload(id, context.deadlines) }),
        ...(waiting && { retry: retryPayload(triesVariable(id), waiting) }),
      },
    },
    TimeoutSeconds: timeoutSeconds(seconds, context.deadlines),
    Retry: [
      ...lambdaRetriers(action),
      ...(background ? [] : [...neverRetried(final, retry), ...actionRetrier(action, retry, onUnknown)]),
    ],
    // The action's own output, without the SDK's metadata around it.
    ...withCatcher(
      background ? stillRunningCatcher(id, state, readsInput) : undefined,
      withCatcher(waiting && retryAfterCatcher(triesVariable(id), state, readsInput, ongoing), transition),
    ),
  });
  if (background) flow.add(...pollWait(state, readsInput, context.deadlines));
  if (waiting) flow.add(...retryAfterWait(state, readsInput, context.deadlines));
}

function neverRetried(errors: readonly string[], retry: RetryPolicy | undefined): Retrier[] {
  return errors.length === 0 || retry?.on === undefined ? [] : [{ ErrorEquals: errors, MaxAttempts: 0 }];
}

/** Whose call it is. */
export function callOf(
  step: string,
  { runId, valuesOf, workflowId }: Pick<EmitContext, 'runId' | 'valuesOf' | 'workflowId'>,
): Readonly<Record<string, Template>> {
  return {
    id: `{% ${runId} %}`,
    values_of: `{% ${valuesOf} %}`,
    workflow_id: workflowId,
    step_id: step,
  };
}

interface Tries {
  readonly action: CatalogueAction;
  /** A step around the call may start over, in an iteration that is an execution of its own also in another one. */
  readonly repeats: boolean;
  readonly context: Pick<EmitContext, 'express'>;
  /** Counts the tries; undefined where no wait leads back to the Task. */
  readonly variable: string | undefined;
}

/** What an action that heeds earlier tries of the call is told of them. */
export function triesOf({ action, repeats, context, variable }: Tries): Readonly<Record<string, Template>> {
  if (!heedsEarlierTries(action)) return {};
  if (repeats) return { repeats: true };
  const started_at = `{% ${EXECUTION_STARTED} %}`;
  // Step Functions may run an Express execution more than once ("at-least-once", "Choosing workflow type").
  return context.express ? { started_at } : { started_at, first_try: `{% ${isFirstTry(variable)} %}` };
}

/** Puts a catcher before the others. */
export function withCatcher<Rest extends { readonly Catch?: readonly Catcher[] }>(
  catcher: Catcher | undefined,
  { Catch = [], ...rest }: Rest,
): Omit<Rest, 'Catch'> & { Catch?: Catcher[] } {
  const all = catcher ? [catcher, ...Catch] : [...Catch];
  return { ...(all.length === 0 ? {} : { Catch: all }), ...rest };
}
