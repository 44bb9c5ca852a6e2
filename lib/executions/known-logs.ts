// What a container of the API keeps of the runs that somebody looks at, so that a poll reads what is new. Step Functions
// gives a thousand events a page, 20 pages a second for a whole account once 400 are used up ("Quotas related to API action
// throttling" in the developer guide, service-quotas.html): a poll that read 25,000 events anew would take 25 of them.
import { type HistoryEvent, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';
import { executionHistory } from '../execution-history.ts';
import type { ExecutionLog } from '../schemas/execution-log.ts';
import { ExecutedWorkflows } from './executed-workflow.ts';

/** Of text, in all: an API function has 1,024 MB, and objects take a few times the room of their text. */
const MAX_HISTORY_BYTES = 64_000_000;
const MAX_LOG_BYTES = 32_000_000;
/** What an event takes without its texts. */
const EVENT_BYTES = 500;
const MAX_PAGE = 1000;

interface KnownHistory {
  readonly events: readonly HistoryEvent[];
  readonly bytes: number;
  /** The log that was made of it, with its tag. */
  readonly made?: { readonly tag: string; readonly log: ExecutionLog };
}

export interface KnownWrittenLog {
  readonly etag: string;
  readonly log: ExecutionLog;
  /** Of its text. */
  readonly bytes: number;
}

/** An execution, as Step Functions describes it: its name may come again once it was deleted. */
export interface DescribedRun {
  readonly arn: string;
  readonly startDate: Date | undefined;
}

export class KnownLogs {
  readonly workflows = new ExecutedWorkflows();
  readonly #histories = new Map<string, KnownHistory>();
  readonly #written = new Map<string, KnownWrittenLog>();

  /**
   * Every event of an execution so far, oldest first, with its data; of one that is known the new ones are read.
   * @param last the number of its latest event, as far as that is known
   */
  async history(run: DescribedRun, last: number, sfn: SFNClient): Promise<readonly HistoryEvent[]> {
    const known = this.#histories.get(keyOf(run));
    const added = known && (await eventsAfter(run.arn, known.events.length, last, sfn));
    const events = added ? [...known.events, ...added] : await executionHistory(run.arn, sfn);
    const bytes = added ? known.bytes + bytesOf(added) : bytesOf(events);
    keep(this.#histories, keyOf(run), { events, bytes }, MAX_HISTORY_BYTES);
    return events;
  }

  /** The log that was made of the history when it had this tag. */
  made(run: DescribedRun, tag: string): ExecutionLog | undefined {
    const made = this.#histories.get(keyOf(run))?.made;
    return made?.tag === tag ? made.log : undefined;
  }

  keepMade(run: DescribedRun, tag: string, log: ExecutionLog): void {
    const known = this.#histories.get(keyOf(run));
    // It is smaller than the events, and shares their texts.
    if (known) this.#histories.set(keyOf(run), { ...known, made: { tag, log } });
  }

  /** The log in S3 of a run that has ended. */
  written(key: string): KnownWrittenLog | undefined {
    return this.#written.get(key);
  }

  keepWritten(key: string, log: KnownWrittenLog): void {
    keep(this.#written, key, log, MAX_LOG_BYTES);
  }
}

const keyOf = ({ arn, startDate }: DescribedRun): string => `${arn} ${startDate?.getTime()}`;

/** The last used stays longest. What is too large alone is not kept. */
function keep<Known extends { readonly bytes: number }>(
  all: Map<string, Known>,
  key: string,
  known: Known,
  most: number,
): void {
  all.delete(key);
  if (known.bytes > most) return;
  all.set(key, known);
  let bytes = 0;
  for (const each of all.values()) bytes += each.bytes;
  for (const [oldest, each] of all) {
    if (bytes <= most) return;
    all.delete(oldest);
    bytes -= each.bytes;
  }
}

/**
 * The events after the one of that number, which counts from 1; read from the latest on.
 * @returns undefined when the history does not have that event
 */
async function eventsAfter(
  executionArn: string,
  after: number,
  last: number,
  client: SFNClient,
): Promise<readonly HistoryEvent[] | undefined> {
  const found: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory(
    // Some more may have come.
    { client, pageSize: Math.min(MAX_PAGE, Math.max(0, last - after) + 10) },
    { executionArn, reverseOrder: true, includeExecutionData: true },
  );
  for await (const { events = [] } of pages) {
    for (const event of events) {
      if (event.id === after) return found.reverse();
      found.push(event);
    }
  }
  return undefined;
}

function bytesOf(events: readonly HistoryEvent[]): number {
  let bytes = 0;
  for (const event of events) {
    bytes += EVENT_BYTES;
    for (const details of Object.values(event)) {
      if (typeof details !== 'object' || details === null) continue;
      for (const text of Object.values(details)) if (typeof text === 'string') bytes += text.length;
    }
  }
  return bytes;
}
