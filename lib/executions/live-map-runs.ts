// How far the distributed loops of a running execution are: their Map Runs count the iterations.
import { DescribeMapRunCommand, paginateListMapRuns, type SFNClient } from '@aws-sdk/client-sfn';
import type { MapRun, MapRuns } from './map-runs.ts';

/** Those begun last are asked for; of others the log of a running execution has no counts. */
const MAX_MAP_RUNS = 20;

/** The Map Runs of an execution, without its iterations. Loops within iterations have Map Runs of their own executions. */
export async function readLiveMapRuns(executionArn: string, client: SFNClient): Promise<MapRuns> {
  const arns: string[] = [];
  // The latest come first.
  for await (const { mapRuns = [] } of paginateListMapRuns({ client }, { executionArn })) {
    arns.push(...mapRuns.map(({ mapRunArn = '' }) => mapRunArn));
    if (arns.length >= MAX_MAP_RUNS) break;
  }
  const described = await Promise.all(
    arns.slice(0, MAX_MAP_RUNS).map(async (mapRunArn): Promise<[string, MapRun]> => {
      const { itemCounts } = await client.send(new DescribeMapRunCommand({ mapRunArn }));
      const {
        total = 0,
        succeeded = 0,
        failed = 0,
        timedOut = 0,
        running = 0,
        pending = 0,
      } = itemCounts ?? {};
      const live = { running, pending };
      return [
        mapRunArn,
        { arn: mapRunArn, total, succeeded, failed: failed + timedOut, live, iterations: [] },
      ];
    }),
  );
  return new Map(described);
}
