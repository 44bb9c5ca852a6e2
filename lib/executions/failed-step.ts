// The step whose error a run failed with: from Step Functions' words where they name a state, or else from the events
// at the end of the run's history.
import {
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { FAILED_STATE, STEPS_STATE, stepOfState, WORKFLOW_STATES } from '../compiler/asl/state-names.ts';

type Failure = Pick<DescribeExecutionOutput, 'error' | 'cause'>;

/** The state that failed is nearly always among the last events. */
const PAGE_SIZE = 100;

/**
 * The causes in which Step Functions names the state, of expressions and of values that are too large. In place of a
 * Task's state the latter may name its resource, an ARN.
 */
const NAMED_STATE = /^(?:An error occurred while executing the state|The state(?:\/task)?) '([^':]+)'/;

/** What failed was none of these: it is the state around them, which these events do not name. */
const LEFT = /^(?:\w+StateExited|MapIterationSucceeded|(?:Map|Parallel)StateSucceeded)$/;

/** @returns the id of the step; null when Step Functions does not name its state, or the state belongs to no step */
export function namedStep({ error = '', cause = '' }: Failure): string | null {
  const state = error.startsWith('States.') ? NAMED_STATE.exec(cause)?.[1] : undefined;
  return state === undefined ? null : stepId(state);
}

/** @param history every event of a run that failed, oldest first */
export function failedStep(failure: Failure, history: readonly HistoryEvent[]): string | null {
  const trail = new Trail();
  return (
    namedStep(failure) ?? (history.toReversed().some((event) => trail.reaches(event)) ? trail.step : null)
  );
}

/** Reads the history as far back as it has to, and not at all of a run that did not fail. */
export async function readFailedStep(
  executionArn: string,
  described: Failure & Pick<DescribeExecutionOutput, 'status'>,
  client: Pick<SFNClient, 'send'>,
): Promise<string | null> {
  if (described.status !== 'FAILED') return null;
  const named = namedStep(described);
  if (named !== null) return named;
  const trail = new Trail();
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        includeExecutionData: false,
        maxResults: PAGE_SIZE,
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    if (page.events?.some((event) => trail.reaches(event))) return trail.step;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return null;
}

/**
 * Each event names the one before it of the same branch or iteration (`previousEventId`): the end of a run that failed
 * leads back to the event that entered the state that failed.
 */
class Trail {
  #next: number | undefined;
  /** The steps of `on_failure` ran after the failure. */
  #isInOnFailure = false;
  step: string | null = null;

  /** @param event those of the run in turn, the latest first; @returns whether this is the last one to look at */
  reaches({ id, previousEventId, type, ...event }: HistoryEvent): boolean {
    // It may have been redriven meanwhile.
    if (this.#next === undefined && type !== 'ExecutionFailed') return true;
    if (this.#next !== undefined && id !== this.#next) return false;
    this.#next = previousEventId;
    const isFirst = !previousEventId;
    if (this.#isInOnFailure) {
      this.#isInOnFailure = event.stateExitedEventDetails?.name !== STEPS_STATE;
      return isFirst;
    }
    const entered = event.stateEnteredEventDetails?.name;
    if (entered === undefined) return isFirst || LEFT.test(type ?? '');
    this.#isInOnFailure = entered === FAILED_STATE;
    if (!this.#isInOnFailure) this.step = stepId(entered);
    return !this.#isInOnFailure;
  }
}

function stepId(state: string): string | null {
  const { id } = stepOfState(state);
  return id === WORKFLOW_STATES ? null : id;
}
