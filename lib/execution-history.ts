// Reads the history of an execution.
import { type HistoryEvent, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';

/** Step Functions' largest page of a history. */
const PAGE_SIZE = 1000;

/** Every event of an execution so far, oldest first, with its data. */
export async function executionHistory(executionArn: string, client: SFNClient): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory(
    { client, pageSize: PAGE_SIZE },
    { executionArn, includeExecutionData: true },
  );
  for await (const page of pages) events.push(...(page.events ?? []));
  return events;
}
