// The API's operations on executions.
import { checkExecutionArn } from '../model/arns.ts';
import { executionDoesNotExist, validationException } from '../model/errors.ts';
import { toWire } from '../model/history.ts';
import type { ExecutionRow } from '../store/rows.ts';
import type { Dependencies } from './dependencies.ts';
import { executionSummary, listExecutions } from './list-executions.ts';
import { type ApiRequest, ARN, CAUSE, ERROR, INCLUDED_DATA, pageOf, readPage } from './request.ts';
import { startExecution, startSyncExecution } from './start-execution.ts';
import { definitionFields } from './state-machines.ts';
import type { Operations } from './wire.ts';

export function executionOperations(dependencies: Dependencies): Operations {
  return {
    StartExecution: (request) => startExecution(dependencies, request),
    StartSyncExecution: (request) => startSyncExecution(dependencies, request),
    DescribeExecution: (request) => describeExecution(dependencies, request),
    GetExecutionHistory: (request) => getExecutionHistory(dependencies, request),
    ListExecutions: (request) => listExecutions(dependencies, request),
    StopExecution: (request) => stopExecution(dependencies, request),
    RedriveExecution: (request) => redriveExecution(dependencies, request),
    DescribeStateMachineForExecution: (request) => describeStateMachineForExecution(dependencies, request),
  };
}

async function find({ store, journal }: Dependencies, arn: string): Promise<ExecutionRow> {
  checkExecutionArn(arn);
  if (journal.hasUnwritten(arn)) await journal.written(arn);
  const row = store.executions.find(arn);
  if (!row) throw executionDoesNotExist(arn);
  return row;
}

async function describeExecution(dependencies: Dependencies, request: ApiRequest) {
  const { store, engine } = dependencies;
  const arn = request.requiredString('executionArn', ARN);
  request.string('includedData', INCLUDED_DATA); // changes nothing: the answer has no definition
  // Of Express executions only the children of Map Runs are in the store, and only once they have ended.
  const express = arn.includes(':express:') ? store.executions.find(arn) : undefined;
  const row = express ?? (await find(dependencies, arn));
  return {
    ...executionSummary(row),
    input: row.input,
    inputDetails: { included: true },
    ...engine.redrivability(row),
    ...(row.output !== undefined && { output: row.output, outputDetails: { included: true } }),
    ...(row.error !== undefined && { error: row.error }),
    ...(row.cause !== undefined && { cause: row.cause }),
    ...(row.traceHeader !== undefined && { traceHeader: row.traceHeader }),
  };
}

async function getExecutionHistory(dependencies: Dependencies, request: ApiRequest) {
  const { executions } = dependencies.store;
  const row = await find(dependencies, request.requiredString('executionArn', ARN));
  const page = readPage(request);
  const reverse = request.boolean('reverseOrder') ?? false;
  const withData = request.boolean('includeExecutionData') ?? true;
  const last = executions.lastEventId(row.id) - page.position;
  const first = page.position + 1;
  const [from, to] = reverse ? [last - page.limit, last] : [first, first + page.limit];
  const events = executions.history(row.id, from, to);
  if (reverse) events.reverse();
  const { rows, nextToken } = pageOf(events, page);
  return { events: rows.map((event) => toWire(event, withData)), ...(nextToken && { nextToken }) };
}

async function stopExecution(dependencies: Dependencies, request: ApiRequest) {
  const { engine, environment } = dependencies;
  const arn = request.requiredString('executionArn', ARN);
  await find(dependencies, arn);
  engine.stop(arn, request.string('error', ERROR), request.string('cause', CAUSE));
  const { stoppedAt } = await find(dependencies, arn);
  return { stopDate: (stoppedAt ?? environment.clock.now()) / 1000 };
}

async function redriveExecution({ engine }: Dependencies, request: ApiRequest) {
  const arn = request.requiredString('executionArn', ARN);
  const token = request.string('clientToken', { min: 1, max: 64 });
  checkExecutionArn(arn);
  if (arn.includes('/')) {
    throw validationException('Labeled Execution ARNs are not supported for this API');
  }
  return { redriveDate: (await engine.redrive(arn, token)) / 1000 };
}

async function describeStateMachineForExecution(dependencies: Dependencies, request: ApiRequest) {
  const withData = request.string('includedData', INCLUDED_DATA) !== 'METADATA_ONLY';
  const row = await find(dependencies, request.requiredString('executionArn', ARN));
  const revision = dependencies.store.stateMachines.revision(row.revision);
  if (!revision) throw executionDoesNotExist(row.arn);
  return {
    stateMachineArn: row.machineArn,
    name: row.machineArn.split(':').at(-1),
    roleArn: revision.roleArn,
    ...definitionFields(revision, withData),
    ...(row.mapRun !== undefined && { mapRunArn: row.mapRun, label: row.machineArn.split('/').at(-1) }),
    updateDate: revision.createdAt / 1000,
    loggingConfiguration: JSON.parse(revision.logging),
    tracingConfiguration: JSON.parse(revision.tracing),
    encryptionConfiguration: JSON.parse(revision.encryption),
    ...(revision.revisionId !== undefined && { revisionId: revision.revisionId }),
  };
}
