// Retry and Catch (Amazon States Language, "Errors"): which errors they match, the delay of a retry, the next state.
import type { Language } from '../language/fields.ts';
import type { Random } from '../language/functions.ts';
import type { Attempts, Progress } from '../model/checkpoint.ts';
import { ErrorName, StateFailure } from '../model/errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { compileExit, type Exit, type Outcome, type Visit } from './visit.ts';

interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly fullJitter: boolean;
}

interface Catcher {
  readonly errorEquals: readonly string[];
  readonly exit: Exit;
}

export interface ErrorHandlers {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
}

const objects = (value: Json | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];
const texts = (value: Json | undefined): readonly string[] =>
  isJsonArray(value) ? value.filter((item) => typeof item === 'string') : [];
const number = (value: Json | undefined, fallback: number): number =>
  typeof value === 'number' || typeof value === 'bigint' ? Number(value) : fallback;

export function compileErrorHandlers(state: JsonObject, language: Language): ErrorHandlers {
  return {
    retriers: objects(state['Retry']).map((fields) => ({
      errorEquals: texts(fields['ErrorEquals']),
      intervalSeconds: number(fields['IntervalSeconds'], 1),
      maxAttempts: number(fields['MaxAttempts'], 3),
      backoffRate: number(fields['BackoffRate'], 2),
      maxDelaySeconds: number(fields['MaxDelaySeconds'], Number.POSITIVE_INFINITY),
      fullJitter: fields['JitterStrategy'] === 'FULL',
    })),
    catchers: objects(state['Catch']).map((fields, index) => ({
      errorEquals: texts(fields['ErrorEquals']),
      exit: compileExit(fields, language, `Catch[${index}]/`),
    })),
  };
}

/** Whether ErrorEquals matches an error. States.ALL does not match those that no state can recover from. */
export function matchesError(
  errorEquals: readonly string[],
  { error, alias }: Pick<StateFailure, 'error' | 'alias'>,
): boolean {
  if (error === ErrorName.runtime) return false;
  return errorEquals.some((name) => {
    if (name === error || name === alias) return true;
    if (name === ErrorName.all) return error !== ErrorName.dataLimitExceeded;
    if (name === ErrorName.timeout) return error === ErrorName.heartbeatTimeout;
    if (name === ErrorName.taskFailed) return !NOT_TASK_FAILED.includes(error);
    return false;
  });
}

/** Errors that States.TaskFailed does not match. */
const NOT_TASK_FAILED: readonly unknown[] = [
  ErrorName.timeout,
  ErrorName.heartbeatTimeout,
  ErrorName.dataLimitExceeded,
];

/** Milliseconds before a retry; `retries` is how many this retrier has made before. */
export function retryDelay(retrier: Retrier, retries: number, random: Random): number {
  const seconds = Math.min(retrier.intervalSeconds * retrier.backoffRate ** retries, retrier.maxDelaySeconds);
  return Math.round((retrier.fullJitter ? random() * seconds : seconds) * 1000);
}

/**
 * Runs `attempt` until it gives an outcome, its retriers are used up, or a catcher takes the error.
 * `onGiveUp` is called with no retry left, before the error is caught or thrown on.
 * `attempt` gets the attempts so far, to keep them in its checkpoint, and the first time after a restart how far the
 * attempt had come.
 */
export async function withErrorHandling(
  visit: Visit,
  { retriers, catchers }: ErrorHandlers,
  attempt: (attempts: Attempts, resumed: Progress | undefined) => Promise<Outcome>,
  onGiveUp: () => void = () => {},
): Promise<Outcome> {
  const { clock, random } = visit.thread.execution.environment;
  let { resumed } = visit;
  const retries = retriers.map((_, index) =>
    resumed && 'retries' in resumed ? (resumed.retries[index] ?? 0) : 0,
  );
  if (resumed && 'retryCount' in resumed) visit.retryCount = resumed.retryCount;
  if (resumed?.kind === 'retrying') await visit.sleepUntil(resumed.until);
  for (;;) {
    const attempts = { retries: [...retries], retryCount: visit.retryCount };
    try {
      return await attempt(attempts, resumed);
    } catch (failure) {
      if (!(failure instanceof StateFailure)) throw failure;
      resumed = undefined;
      const index = retriers.findIndex(({ errorEquals }) => matchesError(errorEquals, failure));
      const retrier = retriers[index];
      const made = retries[index] ?? 0;
      if (!retrier || made >= retrier.maxAttempts) return giveUp(visit, catchers, failure, onGiveUp);
      retries[index] = made + 1;
      visit.retryCount += 1;
      const until = clock.now() + retryDelay(retrier, made, random);
      visit.setProgress({ kind: 'retrying', until, retries: [...retries], retryCount: visit.retryCount });
      await visit.sleepUntil(until);
    }
  }
}

/** Throws the failure on when no catcher matches it. */
async function giveUp(
  visit: Visit,
  catchers: readonly Catcher[],
  failure: StateFailure,
  onGiveUp: () => void,
): Promise<Outcome> {
  if (failure.error === ErrorName.runtime) throw failure;
  const { thread } = visit;
  const before = thread.previousEventId;
  onGiveUp();
  const catcher = catchers.find(({ errorEquals }) => matchesError(errorEquals, failure));
  if (!catcher) throw failure;
  const errorOutput: JsonObject = {
    Error: failure.error ?? '',
    ...(failure.causeText !== undefined && { Cause: failure.causeText }),
  };
  // An error in the catcher's own fields follows the last event before `onGiveUp`, and the state fails once more (as
  // read off AWS).
  const reported = thread.previousEventId;
  thread.previousEventId = before;
  try {
    const outcome = await visit.leave(catcher.exit, errorOutput, { errorOutput });
    thread.previousEventId = reported;
    return outcome;
  } catch (error) {
    if (error instanceof StateFailure) onGiveUp();
    throw error;
  }
}
