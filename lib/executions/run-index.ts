// The index of all runs: empty objects in a bucket whose keys are the rows, under a folder for each common filter, so that
// one request of S3 lists a page. It is derived: `npm run rebuild:runs` makes it anew.
import { createHash } from 'node:crypto';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { executionOfId } from '../arns.ts';
import { setting } from '../config.ts';
import { executionId } from '../schemas/executions.ts';
import { indexedName, laterRow, type RunRow, rowFile, rowOfFile, runPosition } from './run-row.ts';

/** The folder of the runs that have not ended. */
export const RUNNING_FOLDER = 'runs/running/';

export interface RunFilter {
  readonly workflow_id?: string | undefined;
  readonly status?: RunRow['status'] | undefined;
  readonly trigger?: string | undefined;
  readonly error?: string | undefined;
}

/**
 * The smallest folder that holds every ended run that the filter lets through. Each folder is a request at the end of each
 * of its runs: most runs succeed, and are started over the API or by what starts everything else, so that these have none.
 */
export function endedFolder({ workflow_id: workflow, status, trigger, error }: RunFilter): string {
  const rare = status !== undefined && status !== 'succeeded' && status !== 'running';
  if (workflow !== undefined && rare) return `runs/workflow-status/${workflow}/${status}/`;
  if (error !== undefined) return `runs/error/${errorKey(error)}/`;
  if (workflow !== undefined) return `runs/workflow/${workflow}/`;
  if (rare) return `runs/status/${status}/`;
  if (trigger !== undefined && trigger !== 'api') return `runs/trigger/${trigger}/`;
  return 'runs/all/';
}

/** Every folder that an ended run stands in. */
function endedFolders({ id, status, trigger, error }: RunRow): readonly string[] {
  const { workflowId: workflow_id } = executionOfId(id);
  const filters: readonly RunFilter[] = [
    {},
    { workflow_id },
    { status },
    { workflow_id, status },
    { trigger: trigger?.type },
    { error: error?.name },
  ];
  return [...new Set(filters.map(endedFolder))];
}

/** A name may hold any character, and be long. */
function errorKey(name: string): string {
  return createHash('sha256').update(indexedName(name)).digest('hex').slice(0, 32);
}

/** Keys of one folder, in order. */
export interface KeyPage {
  readonly files: readonly string[];
  /** Whether there are more. */
  readonly truncated: boolean;
}

interface IndexedRow {
  readonly row: RunRow;
  /** Its key without the folder. */
  readonly file: string;
}

function indexedRow(file: string): IndexedRow | undefined {
  const row = rowOfFile(file);
  return row && { row, file };
}

export class RunIndex {
  readonly #s3: Pick<S3Client, 'send'>;
  readonly #ownBucket: string | undefined;

  /** @param bucket in place of RUNS_BUCKET, which is read with the first call */
  constructor(s3: Pick<S3Client, 'send'> = new S3Client({}), bucket?: string) {
    this.#s3 = s3;
    this.#ownBucket = bucket;
  }

  get #bucket(): string {
    return this.#ownBucket ?? setting('RUNS_BUCKET');
  }

  /**
   * Records that a run has started, or was redriven. Events come in any order and more than once: an end that was told
   * before hides this row in every list, and whoever lists both removes it.
   */
  async started(row: RunRow): Promise<void> {
    if (!isListed(row)) return;
    await this.#put(RUNNING_FOLDER + rowFile(row));
    if (row.redrive_count === 0) return;
    const ended = await this.#rowsOf(endedFolder({}), row);
    if (ended.some((other) => laterRow(other.row, row) > 0)) await this.removeRunning([rowFile(row)]);
    await this.#removeEnded(ended.filter((other) => laterRow(other.row, row) < 0));
  }

  /** Adds a run that has ended, and of which nothing else is in the index, as Step Functions tells of it once. */
  async add(row: RunRow, signal?: AbortSignal): Promise<void> {
    const file = rowFile(row);
    await Promise.all(endedFolders(row).map((folder) => this.#put(folder + file, signal)));
  }

  /**
   * Records the end of a run. Only a run that can be redriven, or was, may have rows of other ends: each writer of these
   * writes its row and then looks at the others, so that of two at once one sees both, and removes what is outdated.
   * @param beginning the row that its start has left; without it the index is asked which rows of the run there are
   */
  async ended(row: RunRow, beginning?: RunRow): Promise<void> {
    if (!isListed(row)) return;
    await this.add(row);
    if (beginning && row.status === 'succeeded' && row.redrive_count === 0)
      return this.removeRunning([rowFile(beginning)]);
    const [others, running] = await Promise.all([
      this.#rowsOf(endedFolder({}), row),
      this.#rowsOf(RUNNING_FOLDER, row),
    ]);
    // Its own is among the ended ones, also when another writer has removed it in the folder that was asked: it may have
    // been written to the other folders since. Of rows that say as much, as those of a rebuilt index may, it stays.
    const own: IndexedRow = { row, file: rowFile(row) };
    const ended = [own, ...others.filter(({ file }) => file !== own.file)];
    const latest = [...ended, ...running].reduce((best, other) =>
      laterRow(other.row, best.row) > 0 ? other : best,
    );
    await Promise.all([
      this.removeRunning(
        running.filter((other) => laterRow(other.row, latest.row) < 0).map(({ file }) => file),
      ),
      this.#removeEnded(ended.filter(({ file }) => file !== latest.file)),
    ]);
  }

  /** Removes a row of a run, wherever it stands. */
  async remove(row: RunRow): Promise<void> {
    const file = rowFile(row);
    if (row.ended_at === null) await this.removeRunning([file]);
    else await this.#removeEnded([{ row, file }]);
  }

  /** Removes rows of the folder of those that run. */
  async removeRunning(files: readonly string[]): Promise<void> {
    await this.#delete(files.map((file) => RUNNING_FOLDER + file));
  }

  /** The keys of a folder after a position, without the folder. */
  async list(folder: string, count: number, after: string | undefined): Promise<KeyPage> {
    const { Contents = [], IsTruncated = false } = await this.#s3.send(
      new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: folder,
        MaxKeys: count,
        ...(after !== undefined && { StartAfter: folder + after }),
      }),
    );
    return {
      files: Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key.slice(folder.length)])),
      truncated: IsTruncated,
    };
  }

  async #put(Key: string, abortSignal?: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({ Bucket: this.#bucket, Key, Body: '', ContentLength: 0 });
    await this.#s3.send(command, abortSignal && { abortSignal });
  }

  /** The rows of the same run in a folder. */
  async #rowsOf(folder: string, row: RunRow): Promise<readonly IndexedRow[]> {
    const prefix = `${runPosition(row)}~`;
    const { files } = await this.list(folder + prefix, 1000, undefined);
    return files.flatMap((file) => indexedRow(prefix + file) ?? []);
  }

  async #removeEnded(rows: readonly IndexedRow[]): Promise<void> {
    await this.#delete(rows.flatMap(({ row, file }) => endedFolders(row).map((folder) => folder + file)));
  }

  /** The bucket has no versions: what is deleted is gone, and no list passes over it. */
  async #delete(keys: readonly string[]): Promise<void> {
    await Promise.all(
      keys.map((Key) => this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }))),
    );
  }
}

/** The API cannot name an execution that was started directly with a name of other characters. */
function isListed({ id }: RunRow): boolean {
  return executionId.safeParse(id).success;
}
