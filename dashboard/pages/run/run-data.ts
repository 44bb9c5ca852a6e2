// What the page of a run asks the API for, kept up to date while the run goes on.
import { keepPreviousData, skipToken, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/errors.ts';
import { firstPages } from '../../api/first-pages.ts';
import { useLive } from '../../api/live.ts';
import { request } from '../../api/request.ts';
import type { AnswerBody } from '../../api/routes.ts';
import type { StepSummary } from './loop-states.ts';
import { askedIn, isInlineLoop, waitingWord } from './step-status.ts';

export type Run = AnswerBody<'GET /executions/{id}'>;
export type StepDetail = AnswerBody<'GET /executions/{id}/steps/{step}'>;
export type RecordedWorkflow = AnswerBody<'GET /executions/{id}/workflow'>;

/** A change of state is to be seen within two seconds. */
const LIVE_MS = 1_000;

/** Where in the run: in an iteration of a loop, or in none. */
export interface Place {
  readonly loop?: string | undefined;
  /** `2.17` */
  readonly index?: string | undefined;
  /** An iteration of a distributed loop that the log does not list. */
  readonly iteration?: string | undefined;
}

export function useRun(id: string): UseQueryResult<Run> {
  return useLive({
    queryKey: ['run', id],
    queryFn: async ({ signal }) =>
      (await request('GET /executions/{id}', { params: { id } }, { signal })).body,
    every: (run) => (run === undefined || run.status === 'running' ? LIVE_MS : 30_000),
  });
}

/** The steps in no loop, or those of one iteration; all pages of them. */
export function useSteps(id: string, place: Place, isEnabled = true): UseQueryResult<readonly StepSummary[]> {
  const query = place.loop === undefined ? { depth: 0 } : { ...place, depth: depthOf(place) };
  const ended = useEnded(id);
  return useLive({
    // What was read before the end is not the last word.
    queryKey: ['run', id, 'steps', place, ended],
    enabled: isEnabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => whenWritten(() => readSteps(id, query, signal), signal),
    every: () => (ended ? false : LIVE_MS),
  });
}

/** Whether the run, as it was last seen, has ended: then its steps are what they are. */
function useEnded(id: string): boolean {
  // The page itself asks for it; who only reads asks nothing.
  const { data } = useQuery<Run>({ queryKey: ['run', id], queryFn: skipToken });
  return data !== undefined && data.status !== 'running';
}

function depthOf({ index, iteration }: Place): number | undefined {
  // Within the execution of an iteration, its steps are in no loop.
  return iteration === undefined ? index?.split('.').length : 0;
}

async function readSteps(
  id: string,
  query: Place & { readonly depth?: number | undefined },
  signal: AbortSignal,
): Promise<readonly StepSummary[]> {
  // An iteration that is an execution of its own names its loop itself.
  const { iteration, ...filter } = query;
  const own = iteration === undefined ? filter : { iteration, depth: 0 };
  const { items } = await firstPages(Number.POSITIVE_INFINITY, (cursor) =>
    request(
      'GET /executions/{id}/steps',
      { params: { id }, query: { ...own, limit: 500, cursor } },
      { signal },
    ),
  );
  return items;
}

export interface Waiting {
  /** What the run waits for; undefined while a step in it works. */
  readonly word: string | undefined;
  /** The id of an approval that somebody is asked for, also while another branch works. */
  readonly approval: string | undefined;
}

export function useWaiting(run: Run): Waiting {
  const isRunning = run.status === 'running';
  const { data: top = [] } = useSteps(run.id, {}, isRunning);
  const inLoops = isRunning && top.some((step) => step.status === 'running' && isInlineLoop(step));
  const { data: within } = useLive({
    queryKey: ['run', run.id, 'running-steps'],
    enabled: inLoops,
    queryFn: async ({ signal }) => {
      const query = { status: 'running', limit: 100 } as const;
      return (await request('GET /executions/{id}/steps', { params: { id: run.id }, query }, { signal })).body
        .items;
    },
    every: () => (inLoops ? LIVE_MS : false),
  });
  const steps = isRunning ? (inLoops ? (within ?? []) : top) : [];
  return { word: waitingWord(steps), approval: askedIn(run.id, steps) };
}

export function useStep(id: string, step: string, place: Place): UseQueryResult<StepDetail> {
  const ended = useEnded(id);
  const { index, iteration } = place;
  const query = iteration === undefined ? { index } : { iteration };
  return useLive({
    queryKey: ['run', id, 'step', step, query, ended],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      whenWritten(
        async () =>
          (await request('GET /executions/{id}/steps/{step}', { params: { id, step }, query }, { signal }))
            .body,
        signal,
      ),
    every: (found) => (ended || (found && found.ended_at !== null) ? false : LIVE_MS),
  });
}

/** The first visit of a step that failed, in whatever iteration. */
export function useFailedVisit(id: string, step: string | null): UseQueryResult<StepSummary | null> {
  return useQuery({
    queryKey: ['run', id, 'failed', step],
    enabled: step !== null,
    queryFn: ({ signal }) =>
      whenWritten(async () => {
        const query = { step: step ?? '', status: 'failed' as const, limit: 1 };
        const { body } = await request('GET /executions/{id}/steps', { params: { id }, query }, { signal });
        return body.items[0] ?? null;
      }, signal),
  });
}

/** The workflow as it was when the run began, which never changes; null when it is kept no more. */
export function useRecordedWorkflow(id: string): UseQueryResult<RecordedWorkflow | null> {
  return useQuery({
    // Asked for again by whoever comes back: the workflow may have been mended meanwhile.
    queryKey: ['run', id, 'workflow'],
    queryFn: ({ signal }) =>
      whenWritten(
        async () => (await request('GET /executions/{id}/workflow', { params: { id } }, { signal })).body,
        signal,
      ).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }),
  });
}

const PATIENCE = 40;

/** The log of a run that has just ended is written a moment later. */
async function whenWritten<Found>(read: () => Promise<Found>, signal: AbortSignal): Promise<Found> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ApiError) || error.type !== 'log-not-written' || tries === PATIENCE) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
      signal.throwIfAborted();
    }
  }
}
