// ListExecutions: of a state machine, one of its versions or aliases, or a Map Run.
import { checkMapRunArn, parseStateMachineArn, versionArn } from '../model/arns.ts';
import { stateMachineDoesNotExist, typeNotSupported, validationException } from '../model/errors.ts';
import type { ExecutionRow } from '../store/rows.ts';
import type { Dependencies } from './dependencies.ts';
import { mapRunNotFound } from './map-runs.ts';
import { type ApiRequest, ARN, LONG_ARN, type Page, pageOf, readPage } from './request.ts';

const REDRIVE_FILTERS = ['REDRIVEN', 'NOT_REDRIVEN'];
const STATUSES = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];

interface Filter {
  readonly status: string | undefined;
  readonly redriven: boolean | undefined;
}

export async function listExecutions(dependencies: Dependencies, request: ApiRequest) {
  const status = request.string('statusFilter', { values: STATUSES });
  const redriveFilter = request.string('redriveFilter', { values: REDRIVE_FILTERS });
  const filter = {
    status,
    redriven: redriveFilter === undefined ? undefined : redriveFilter === 'REDRIVEN',
  };
  const page = readPage(request);
  const mapRunArn = request.string('mapRunArn', LONG_ARN);
  const arn = request.string('stateMachineArn', ARN);
  if (mapRunArn !== undefined && arn === undefined) {
    return answer(await childrenOf(dependencies, mapRunArn, filter, page), page);
  }
  if (arn === undefined || mapRunArn !== undefined) {
    throw validationException('Exactly one of stateMachineArn and mapRunArn must be specified');
  }
  if (status === 'PENDING_REDRIVE') {
    throw validationException('The statusFilter PENDING_REDRIVE is only supported with a mapRunArn');
  }
  return answer(await executionsOf(dependencies, arn, filter, page), page);
}

async function childrenOf(
  { store, engine, journal }: Dependencies,
  mapRun: string,
  filter: Filter,
  page: Page,
): Promise<ExecutionRow[]> {
  checkMapRunArn(mapRun);
  if (!engine.mapRuns.find(mapRun)) throw mapRunNotFound(mapRun);
  await journal.written();
  return store.executions.listChildren({ mapRun, ...filter }, page.limit + 1, page.position);
}

async function executionsOf(
  { store, journal }: Dependencies,
  arn: string,
  filter: Filter,
  page: Page,
): Promise<ExecutionRow[]> {
  const { machineArn, version, alias } = parseStateMachineArn(arn);
  const machine = store.stateMachines.find(machineArn);
  if (!machine) throw stateMachineDoesNotExist(arn);
  if (machine.type === 'EXPRESS') throw typeNotSupported();
  await journal.written();
  if (alias !== undefined && !store.aliases.find(arn)) throw stateMachineDoesNotExist(arn);
  const of = { machineArn, version, alias: alias === undefined ? undefined : arn };
  const wanted = { ...of, ...filter, since: machine.createdAt };
  return store.executions.list(wanted, page.limit + 1, page.position);
}

function answer(found: readonly ExecutionRow[], page: Page) {
  const { rows, nextToken } = pageOf(found, page, ({ id }) => id);
  return { executions: rows.map(executionSummary), ...(nextToken && { nextToken }) };
}

/** The fields that ListExecutions and DescribeExecution share. */
export function executionSummary(row: ExecutionRow) {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machineArn,
    ...(row.version !== undefined && { stateMachineVersionArn: versionArn(row.machineArn, row.version) }),
    ...(row.alias !== undefined && { stateMachineAliasArn: row.alias }),
    name: row.name,
    status: row.status,
    startDate: row.startedAt / 1000,
    ...(row.stoppedAt !== undefined && { stopDate: row.stoppedAt / 1000 }),
    ...(row.mapRun !== undefined && { mapRunArn: row.mapRun, itemCount: row.itemCount }),
    redriveCount: row.redriveCount,
    ...(row.redrivenAt !== undefined &&
      !row.arn.includes(':express:') && { redriveDate: row.redrivenAt / 1000 }),
  };
}
