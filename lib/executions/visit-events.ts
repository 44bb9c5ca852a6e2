// What the events of a state add to its visit: attempts, input, output and error.
import type {
  HistoryEvent,
  StateExitedEventDetails,
  TaskSubmittedEventDetails,
  TaskSucceededEventDetails,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { executionIdOfArn } from '../arns.ts';
import { isoTime, jsonOrText } from '../aws-values.ts';
import { SET_PREFIX, stepVariable } from '../compiler/expressions/variables.ts';
import { isObject } from '../json.ts';
import { approvalOutput } from '../workflow-format/approval.ts';
import { ADDED_INPUTS } from '../workflow-format/triggers.ts';
import { caughtErrorOf } from './caught-error.ts';
import { type RunError, runError } from './run-error.ts';
import type { Visit } from './visit.ts';

/** The parameters of a Task that calls an action's Lambda, or starts another workflow. */
const taskParameters = z.union([
  z.object({ Payload: z.object({ input: z.unknown() }) }).transform(({ Payload }) => Payload.input),
  z.object({ StateMachineArn: z.string(), Input: z.unknown() }).transform(({ Input }) => asWritten(Input)),
]);

/** The input of a `workflow` step without what the compiler adds to it. */
function asWritten(input: unknown): unknown {
  if (!isObject(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([name]) => !ADDED_INPUTS.includes(name)));
}

const taskOutput = z.object({ Payload: z.unknown() });
/** The answer of StartExecution, and later the description of an execution that has succeeded. */
const startedExecution = z.object({ ExecutionArn: z.string() });
const endedExecution = z.object({ Output: z.unknown() });

/** @param event one of the visit's own, after the one that entered its state */
export function applyEvent(visit: Visit, event: HistoryEvent): void {
  if (event.taskScheduledEventDetails) {
    const parameters = taskParameters.safeParse(jsonOrText(event.taskScheduledEventDetails.parameters));
    visit.attempts += 1;
    if (parameters.success) visit.input = parameters.data;
  } else if (event.taskSubmittedEventDetails) {
    noteStartedExecution(visit, event.taskSubmittedEventDetails);
  } else if (event.taskSucceededEventDetails) {
    visit.output = taskOutputOf(visit, event.taskSucceededEventDetails);
    delete visit.error;
  } else if (event.stateExitedEventDetails) {
    visit.exitedAt = isoTime(event.timestamp);
    visit.exitedWith = event.stateExitedEventDetails.output;
    visit.assigned = event.stateExitedEventDetails.assignedVariables;
    visit.output = exitOutput(visit, event.stateExitedEventDetails);
    if (visit.failed) passOn(caughtErrorOf(event.stateExitedEventDetails), visit);
  } else if (event.mapRunStartedEventDetails?.mapRunArn !== undefined) {
    visit.mapRun = event.mapRunStartedEventDetails.mapRunArn;
  } else if (/^(Map|Parallel)StateFailed$/.test(event.type ?? '')) {
    visit.failed = true;
  } else if (/^(Map|Parallel)State(Started|Succeeded)$/.test(event.type ?? '')) {
    // On a retry, earlier failures no longer count.
    visit.failed = false;
    delete visit.culprit;
    const items = event.mapStateStartedEventDetails?.length;
    if (items !== undefined) visit.items = items;
    if (event.type?.endsWith('Succeeded')) delete visit.error;
  } else {
    const failure =
      event.taskFailedEventDetails ??
      event.taskTimedOutEventDetails ??
      event.taskStartFailedEventDetails ??
      event.taskSubmitFailedEventDetails ??
      event.mapRunFailedEventDetails ??
      event.evaluationFailedEventDetails;
    if (failure) {
      visit.error = runError(failure.error, failure.cause);
      const at = isoTime(event.timestamp);
      visit.failedAttempts = [...(visit.failedAttempts ?? []), { at, ...visit.error }];
    }
  }
}

/** A state that failed without an event that tells the error has that of the Map or Parallel state whose Catch took it. */
function passOn(error: RunError | undefined, caught: Visit): void {
  if (!error) return;
  for (let at: Visit | undefined = caught; at; at = at.culprit) {
    if (at.error) return;
    at.error = error;
  }
}

function taskOutputOf(visit: Visit, details: TaskSucceededEventDetails): unknown {
  const value = jsonOrText(details.output);
  if (details.resourceType === 'states') {
    noteStartedExecution(visit, details);
    const ended = details.resource?.includes('.sync') === true && endedExecution.safeParse(value);
    return ended ? ended.data?.Output : { execution_id: visit.executionId };
  }
  if (details.resource?.endsWith('.waitForTaskToken')) return value;
  // The function's own result, without the SDK's metadata around it.
  return taskOutput.safeParse(value).data?.Payload ?? null;
}

function noteStartedExecution(visit: Visit, { output }: TaskSubmittedEventDetails): void {
  const started = startedExecution.safeParse(jsonOrText(output));
  if (started.success) visit.executionId = executionIdOfArn(started.data.ExecutionArn);
}

/**
 * The output of the step. Its variable comes first: the Output of a run's last state is the workflow's, and that of a
 * Pass state is null where evaluating the expression twice would give two values (`$uuid()`).
 */
function exitOutput(visit: Visit, { output, assignedVariables = {} }: StateExitedEventDetails): unknown {
  const own = assignedVariables[stepVariable(visit.state)];
  if (visit.type === 'Task' && !visit.error) return visit.output;
  if (visit.type === 'Choice') return null;
  if (visit.type === 'Task') return decidedByTimeout(visit, output) ?? outputAfterFailure(own, output);
  if (visit.failed || visit.error) return outputAfterFailure(own, output);
  if (own !== undefined) return jsonOrText(own);
  if (visit.type !== 'Pass') return jsonOrText(output);
  const set = Object.entries(assignedVariables).filter(([name]) => name.startsWith(SET_PREFIX));
  if (set.length === 0) return jsonOrText(output);
  return Object.fromEntries(set.map(([name, value]) => [name.slice(SET_PREFIX.length), jsonOrText(value)]));
}

/** A timeout that counts as an approval's decision is not a failure. */
function decidedByTimeout(visit: Visit, output: string | undefined): unknown {
  const decided = approvalOutput.safeParse(jsonOrText(output));
  if (!decided.success) return undefined;
  delete visit.error;
  return decided.data;
}

const continued = z.object({ error: z.looseObject({ name: z.string(), message: z.string() }) });

/** The output of a failed step with `on_error: "continue"`; null where other steps run instead. */
function outputAfterFailure(own: string | undefined, output: string | undefined): unknown {
  if (own !== undefined) return jsonOrText(own);
  return continued.safeParse(jsonOrText(output)).data ?? null;
}
