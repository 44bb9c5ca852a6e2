// Rows that claim to run although their run has ended: EventBridge tells an end by best effort. They are compared with
// Step Functions when they are listed, a few at a time, and mended.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient, SFNServiceException } from '@aws-sdk/client-sfn';
import { executionArn, executionOfId, logKey } from '../arns.ts';
import { versionOfExecution } from './executed-workflow.ts';
import { executionView } from './execution.ts';
import { readFailedStep } from './failed-step.ts';
import { recordMended } from './mended-runs.ts';
import { describeIfThere, writtenLog } from './read.ts';
import { RunIndex } from './run-index.ts';
import type { RunRow } from './run-row.ts';
import { endedRow } from './run-rows.ts';

/** How long ago a run must have started: most ends are told within a second. */
const OVERDUE_MS = 5 * 60_000;
/** A run that was found to run is not asked about again for so long: an approval may wait for weeks. */
const RECHECK_MS = 10 * 60_000;
/** How many runs are asked about for one page. */
const MOST = 10;

/** The rows as they should be, without those of runs of which nothing is left. */
export type Mend = (rows: readonly RunRow[]) => Promise<readonly RunRow[]>;

interface Dependencies {
  readonly s3?: Pick<S3Client, 'send'>;
  readonly sfn?: SFNClient;
  readonly index?: RunIndex;
  readonly now?: () => Date;
}

export class LostEnds {
  readonly #s3: Pick<S3Client, 'send'>;
  readonly #sfn: SFNClient;
  readonly #index: RunIndex;
  readonly #now: () => Date;
  /** When a run was last asked about. */
  readonly #asked = new Map<string, number>();

  constructor({ s3 = new S3Client({}), sfn = new SFNClient({}), index, now }: Dependencies = {}) {
    this.#s3 = s3;
    this.#sfn = sfn;
    this.#index = index ?? new RunIndex(s3);
    this.#now = now ?? (() => new Date());
  }

  /** Tells the index too. */
  readonly mended: Mend = async (rows) => {
    const overdue = this.#overdue(rows);
    const truths = new Map(
      await Promise.all(overdue.map(async (row) => [row, await this.#truth(row)] as const)),
    );
    return rows.flatMap((row) => (truths.has(row) ? (truths.get(row) ?? []) : row));
  };

  #overdue(rows: readonly RunRow[]): readonly RunRow[] {
    const now = this.#now().getTime();
    for (const [id, at] of this.#asked) if (now - at >= RECHECK_MS) this.#asked.delete(id);
    const overdue = rows
      .filter(
        ({ id, ended_at, started_at }) =>
          ended_at === null && now - Date.parse(started_at) >= OVERDUE_MS && !this.#asked.has(id),
      )
      .slice(0, MOST);
    for (const { id } of overdue) this.#asked.set(id, now);
    return overdue;
  }

  async #truth(row: RunRow): Promise<RunRow | undefined> {
    try {
      return await this.#read(row);
    } catch (error) {
      // A list is right to be slightly old, and wrong to fail because Step Functions is asked too often.
      if (error instanceof SFNServiceException) return row;
      throw error;
    }
  }

  /** @returns undefined when nothing tells how it ended */
  async #read(row: RunRow): Promise<RunRow | undefined> {
    const name = executionOfId(row.id);
    const described = await describeIfThere(row.id, this.#sfn);
    if (!described) return this.#deleted(row);
    const arn = executionArn(name);
    const view = executionView(name, described, null, await readFailedStep(arn, described, this.#sfn));
    if (view.status === 'running') return row;
    const { status, ended_at, redrive_count, error } = view;
    const workflow_version = await versionOfExecution(arn, this.#sfn);
    const end: RunRow = { ...row, status, ended_at, redrive_count, error, workflow_version };
    await this.#ended(end);
    return end;
  }

  async #ended(end: RunRow): Promise<void> {
    await this.#index.ended(end);
    await recordMended(end, this.#index, this.#s3);
  }

  /** Executions are deleted with their state machine, and 90 days after their end; the log stays. */
  async #deleted(row: RunRow): Promise<RunRow | undefined> {
    const { workflowId, name } = executionOfId(row.id);
    const log = (await writtenLog(logKey(workflowId, name), undefined, this.#s3))?.log;
    // First: the log may tell of the attempt before this one.
    await this.#index.remove(row);
    if (!log) return undefined;
    const end = endedRow(log, { started_at: row.started_at, trigger: row.trigger });
    await this.#ended(end);
    return end;
  }
}
