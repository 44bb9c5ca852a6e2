// What a run has left in its history, as a rerun needs it: the visits of its states, and of the iterations that were
// executions of their own.
import { isDeepStrictEqual } from 'node:util';
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { jsonOrText } from '../../aws-values.ts';
import { isStateName } from '../../compiler/asl/state-names.ts';
import { executionHistory } from '../../execution-history.ts';
import type { Visit } from '../visit.ts';
import { visitsOf } from '../visits.ts';
import { notRerunnable } from './not-rerunnable.ts';

/** The visits of a run, or of an iteration that is an execution of its own. */
export interface RecordedRun {
  /** Those directly within a Map or Parallel state, in the order of their entry; undefined stands for the run itself. */
  inside(around: Visit | undefined): readonly Visit[];
  readonly visits: readonly Visit[];
  /** Of the distributed loops that the run has not left behind, by the ARN of the Map Run. */
  readonly iterations: ReadonlyMap<string, readonly RecordedIteration[]>;
}

export interface RecordedIteration {
  readonly index: number;
  /** When it succeeded. */
  readonly ended?: { readonly output: unknown };
  readonly run: RecordedRun;
}

/**
 * Of so many iterations the executions can be read while a request waits: AWS answers 15 DescribeExecution a second after
 * the first 300 (developer guide, "Service quotas").
 */
const MAX_ITERATIONS = 400;
const CONCURRENCY = 10;

const EMPTY: RecordedRun = { inside: () => [], visits: [], iterations: new Map() };

/**
 * @param isNamed whether the rerun is to go on at the loop or in it
 * @throws ApiProblem not-rerunnable when distributed loops have too many iterations
 */
export async function readRecordedRun(
  history: readonly HistoryEvent[],
  client: SFNClient,
  isNamed: (loop: string) => boolean,
  budget = { iterations: MAX_ITERATIONS },
): Promise<RecordedRun> {
  const visits = visitsOf(history).filter(({ isAbandoned }) => !isAbandoned);
  const iterations = new Map<string, readonly RecordedIteration[]>();
  for (const visit of visits) {
    const { mapRun, state } = visit;
    if (mapRun === undefined || (isLeftBehind(visit, visits) && !isNamed(state))) continue;
    iterations.set(mapRun, await readIterations(mapRun, state, client, isNamed, budget));
  }
  const byPlace = Map.groupBy(visits, ({ within }) => within);
  return { inside: (around) => byPlace.get(around) ?? [], visits, iterations };
}

/** The run has gone on after the loop: its result is all that is needed of it. */
function isLeftBehind(loop: Visit, visits: readonly Visit[]): boolean {
  if (loop.exitedAt === undefined || loop.failed || loop.error) return false;
  const isAfter = ({ state, within, index }: Visit) =>
    within === loop.within &&
    isDeepStrictEqual(index, loop.index) &&
    // It compares what the loop gave: where it fails, items are run again.
    !isStateName(state, 'tolerance');
  return visits.slice(visits.indexOf(loop) + 1).some(isAfter);
}

async function readIterations(
  mapRunArn: string,
  loop: string,
  client: SFNClient,
  isNamed: (loop: string) => boolean,
  budget: { iterations: number },
): Promise<readonly RecordedIteration[]> {
  const children: ExecutionListItem[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListExecutionsCommand({ mapRunArn, maxResults: 1000, ...(nextToken && { nextToken }) }),
    );
    children.push(...(page.executions ?? []));
    nextToken = page.nextToken;
    budget.iterations -= page.executions?.length ?? 0;
    if (budget.iterations < 0) {
      throw notRerunnable({
        code: 'too-many-iterations',
        pointer: '/from',
        message: `The rerun would go on in distributed loops with more than ${MAX_ITERATIONS} iterations (${loop}). AWS tells what an iteration was given and gave one by one, 15 a second after the first 300, so that more cannot be read while a request waits`,
        hint: 'POST /executions/{id}/redrive goes on with any number of iterations, by the version that ran, where the workflow has no on_failure. Else "from" a step before the loop runs all items again: their calls keep their keys, so that what takes effect once finds what it has made. A step after the loop keeps all of it.',
      });
    }
  } while (nextToken);
  const read: RecordedIteration[] = [];
  for (let start = 0; start < children.length; start += CONCURRENCY) {
    const group = children.slice(start, start + CONCURRENCY);
    read.push(...(await Promise.all(group.map((child) => readIteration(child, client, isNamed, budget)))));
  }
  return read;
}

const childInput = z.object({ index: z.int() });

async function readIteration(
  { executionArn = '', status }: ExecutionListItem,
  client: SFNClient,
  isNamed: (loop: string) => boolean,
  budget: { iterations: number },
): Promise<RecordedIteration> {
  if (status === 'SUCCEEDED') {
    const { input, output } = await client.send(new DescribeExecutionCommand({ executionArn }));
    const { index } = childInput.parse(jsonOrText(input));
    const ended = { output: jsonOrText(output) };
    // What failed in it and was given as its result is run again from where it failed.
    if (!hasError(ended.output)) return { index, ended, run: EMPTY };
  }
  const history = await executionHistory(executionArn, client);
  const [first] = history;
  const last = history.at(-1);
  const { index } = childInput.parse(jsonOrText(first?.executionStartedEventDetails?.input));
  const succeeded = last?.executionSucceededEventDetails;
  return {
    index,
    ...(succeeded && { ended: { output: jsonOrText(succeeded.output) } }),
    run: await readRecordedRun(history, client, isNamed, budget),
  };
}

const withError = z.object({ error: z.object({ index: z.int() }) });

function hasError(output: unknown): boolean {
  return withError.safeParse(output).success;
}
