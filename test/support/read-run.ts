// What became of an execution of a compiled workflow, read as record-execution does.
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { executionHistory } from '../../lib/execution-history.ts';
import { executionLogOf, iterationSteps } from '../../lib/executions/log.ts';
import { type MapRuns, readMapRuns } from '../../lib/executions/map-runs.ts';

/** What became of an execution that has ended. */
export async function readRun(executionArn: string, kinds: ReadonlyMap<string, string>, client: SFNClient) {
  const description = await client.send(new DescribeExecutionCommand({ executionArn }));
  const history = await executionHistory(executionArn, client);
  const mapRuns = await readMapRuns(history, iterationSteps(kinds), client);
  const iterations = await iterationHistories(mapRuns, client);
  return { ...runOf(description, history, kinds, mapRuns), iterations: iterations.map(entered) };
}

function runOf(
  execution: DescribeExecutionOutput,
  history: readonly HistoryEvent[],
  kinds: ReadonlyMap<string, string>,
  mapRuns: MapRuns,
) {
  const { status = '', output, error, cause } = execution;
  return {
    status,
    output: output === undefined ? undefined : JSON.parse(output),
    error,
    cause,
    states: entered(history),
    log: executionLogOf(
      {
        executionId: 'test.1',
        workflowId: 'test',
        workflow: { version: 1, kinds, rerunOf: null },
        mapRuns,
      },
      history,
    ),
  };
}

function entered(history: readonly HistoryEvent[]): string[] {
  return history.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
}

/** In the order in which the iterations were started. */
async function iterationHistories(mapRuns: MapRuns, client: SFNClient): Promise<HistoryEvent[][]> {
  const histories: HistoryEvent[][] = [];
  for (const mapRunArn of mapRuns.keys()) {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn, maxResults: 100 }));
    for (const { executionArn = '' } of executions.toReversed())
      histories.push(await executionHistory(executionArn, client));
  }
  return histories;
}
