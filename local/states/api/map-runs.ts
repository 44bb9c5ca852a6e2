// The API's operations on Map Runs.
import { checkExecutionArn, checkMapRunArn, machineOfMapRun } from '../model/arns.ts';
import { executionDoesNotExist, ServiceError } from '../model/errors.ts';
import type { Counts, MapRunRow } from '../store/rows.ts';
import type { Dependencies } from './dependencies.ts';
import { type ApiRequest, ARN, LONG_ARN, pageOf, readPage } from './request.ts';
import type { Operations } from './wire.ts';

export function mapRunOperations({ store, engine }: Dependencies): Operations {
  function find(request: ApiRequest): MapRunRow {
    const arn = request.requiredString('mapRunArn', LONG_ARN);
    checkMapRunArn(arn);
    const run = engine.mapRuns.find(arn);
    if (!run) throw mapRunNotFound(arn);
    return run;
  }

  return {
    DescribeMapRun(request) {
      const run = find(request);
      return {
        mapRunArn: run.arn,
        executionArn: run.executionArn,
        status: run.status,
        ...dates(run),
        maxConcurrency: run.settings.maxConcurrency,
        toleratedFailurePercentage: run.settings.toleratedFailurePercentage ?? 0,
        toleratedFailureCount: run.settings.toleratedFailureCount ?? 0,
        itemCounts: counts(run.counts.items),
        executionCounts: counts(run.counts.executions),
        redriveCount: run.redriveCount,
        ...(run.redrivenAt !== undefined && { redriveDate: run.redrivenAt / 1000 }),
      };
    },

    ListMapRuns(request) {
      const executionArn = request.requiredString('executionArn', ARN);
      checkExecutionArn(executionArn);
      const page = readPage(request);
      if (!store.executions.find(executionArn)) throw executionDoesNotExist(executionArn);
      const found = store.mapRuns.list(executionArn, page.limit + 1, page.position);
      const { rows, nextToken } = pageOf(found, page);
      return {
        mapRuns: rows.map((run) => ({
          executionArn: run.executionArn,
          mapRunArn: run.arn,
          stateMachineArn: machineOfMapRun(run.arn),
          ...dates(run),
        })),
        ...(nextToken && { nextToken }),
      };
    },

    async UpdateMapRun(request) {
      const { arn } = find(request);
      const maxConcurrency = request.integer('maxConcurrency', { min: 0, max: 10_000 });
      const count = request.integer('toleratedFailureCount', { min: 0, max: Number.MAX_SAFE_INTEGER });
      const percentage = request.number('toleratedFailurePercentage', { min: 0, max: 100 });
      await engine.mapRuns.update(arn, {
        ...(maxConcurrency !== undefined && { maxConcurrency }),
        ...(count !== undefined && { toleratedFailureCount: count }),
        ...(percentage !== undefined && { toleratedFailurePercentage: percentage }),
      });
      return {};
    },
  };
}

export const mapRunNotFound = (arn: string) =>
  new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`, { resourceName: arn });

const dates = ({ startedAt, stoppedAt }: MapRunRow) => ({
  startDate: startedAt / 1000,
  ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1000 }),
});

const counts = (counted: Counts) => ({
  ...counted,
  failuresNotRedrivable: 0,
  pendingRedrive: 0,
});
