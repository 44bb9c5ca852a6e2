// The API's operations on executions.
import { randomUUID } from 'node:crypto';
import { checkInput, startable, startExecution } from '../engine/start-execution.ts';
import {
  checkExecutionArn,
  checkMapRunArn,
  expressExecutionArn,
  parseStateMachineArn,
  versionArn,
} from '../model/arns.ts';
import {
  executionDoesNotExist,
  stateMachineDoesNotExist,
  typeNotSupported,
  validationException,
} from '../model/errors.ts';
import { toWire } from '../model/history.ts';
import type { ExecutionRow } from '../store/rows.ts';
import { mapRunNotFound } from './map-runs.ts';
import { readName } from './names.ts';
import { type ApiRequest, ARN, CAUSE, ERROR, LONG_ARN, pageOf, readPage } from './request.ts';
import type { Service } from './service.ts';
import { described, INCLUDED_DATA } from './state-machines.ts';
import type { Operations } from './wire.ts';

const TRACE_HEADER = { max: 256, pattern: '\\p{ASCII}*' };
const REDRIVE_FILTERS = ['REDRIVEN', 'NOT_REDRIVEN'];
const STATUSES = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];

export function executionOperations(service: Service): Operations {
  const { store, engine, journal, clock } = service;

  async function find(arn: string): Promise<ExecutionRow> {
    checkExecutionArn(arn);
    if (journal.holds(arn)) await journal.written();
    const row = store.executions.find(arn);
    if (!row) throw executionDoesNotExist(arn);
    return row;
  }

  async function start(request: ApiRequest) {
    const { arn, startedAt } = await startExecution(service, {
      stateMachineArn: request.requiredString('stateMachineArn', ARN),
      name: readName(request),
      input: request.string('input') ?? '{}',
      traceHeader: request.string('traceHeader', TRACE_HEADER),
    });
    return { executionArn: arn, startDate: startedAt / 1000 };
  }

  async function startSyncExecution(request: ApiRequest) {
    request.string('includedData', INCLUDED_DATA); // leaves out nothing: the definition is not told anyway
    const { machine, version, alias, revision } = startable(
      store,
      request.requiredString('stateMachineArn', ARN),
      engine.environment.random,
    );
    if (machine.type !== 'EXPRESS') throw typeNotSupported();
    const name = readName(request) ?? randomUUID();
    const input = checkInput(request.string('input') ?? '{}');
    const traceHeader = request.string('traceHeader', TRACE_HEADER);
    const startedAt = clock.now();
    const arn = expressExecutionArn(machine.arn, name, randomUUID());
    const start = {
      arn,
      name,
      machineArn: machine.arn,
      ...{ version, alias },
      revision: revision.id,
      startedAt,
      input,
      traceHeader,
    };
    const { stoppedAt, ...end } = await engine.startExpress(revision, start);
    return {
      executionArn: arn,
      stateMachineArn: machine.arn,
      name,
      startDate: startedAt / 1000,
      stopDate: stoppedAt / 1000,
      input,
      inputDetails: { included: true },
      ...end,
      ...(end.output !== undefined && { outputDetails: { included: true } }),
      ...(traceHeader !== undefined && { traceHeader }),
      // Billed in steps of 100 ms and 64 MB.
      billingDetails: {
        billedDurationInMilliseconds: Math.max(1, Math.ceil((stoppedAt - startedAt) / 100)) * 100,
        billedMemoryUsedInMB: 64,
      },
    };
  }

  async function describeExecution(request: ApiRequest) {
    const arn = request.requiredString('executionArn', ARN);
    request.string('includedData', INCLUDED_DATA); // leaves out nothing: the definition is not told anyway
    // Of Express executions only the children of Map Runs are in the store, and only what became of them.
    const express = arn.includes(':express:') ? store.executions.find(arn) : undefined;
    const row = express ?? (await find(arn));
    return {
      ...summary(row),
      input: row.input,
      inputDetails: { included: true },
      ...engine.redrivability(row),
      ...(row.output !== undefined && { output: row.output, outputDetails: { included: true } }),
      ...(row.error !== undefined && { error: row.error }),
      ...(row.cause !== undefined && { cause: row.cause }),
      ...(row.traceHeader !== undefined && { traceHeader: row.traceHeader }),
    };
  }

  async function getExecutionHistory(request: ApiRequest) {
    const row = await find(request.requiredString('executionArn', ARN));
    const page = readPage(request);
    const reverse = request.boolean('reverseOrder') ?? false;
    const withData = request.boolean('includeExecutionData') ?? true;
    const last = store.executions.lastEventId(row.id) - page.position;
    const first = page.position + 1;
    const [from, to] = reverse ? [last - page.limit, last] : [first, first + page.limit];
    const events = store.executions.history(row.id, from, to);
    if (reverse) events.reverse();
    const { rows, nextToken } = pageOf(events, page);
    return { events: rows.map((event) => toWire(event, withData)), ...(nextToken && { nextToken }) };
  }

  async function listExecutions(request: ApiRequest) {
    const status = request.string('statusFilter', { values: STATUSES });
    const filter = request.string('redriveFilter', { values: REDRIVE_FILTERS });
    const redriven = filter === undefined ? undefined : filter === 'REDRIVEN';
    const page = readPage(request);
    const mapRun = request.string('mapRunArn', LONG_ARN);
    const arn = request.string('stateMachineArn', ARN);
    if (mapRun !== undefined && arn === undefined) {
      checkMapRunArn(mapRun);
      if (!engine.mapRuns.find(mapRun)) throw mapRunNotFound(mapRun);
      await journal.written();
      const children = store.executions.listChildren(
        { mapRun, status, redriven },
        page.limit + 1,
        page.position,
      );
      const { rows, nextToken } = pageOf(children, page, ({ id }) => id);
      return { executions: rows.map(summary), ...(nextToken && { nextToken }) };
    }
    if (arn === undefined || mapRun !== undefined) {
      throw validationException('Exactly one of stateMachineArn and mapRunArn must be specified');
    }
    if (status === 'PENDING_REDRIVE') {
      throw validationException('The statusFilter PENDING_REDRIVE is only supported with a mapRunArn');
    }
    const { machineArn, version, alias } = parseStateMachineArn(arn);
    const machine = store.stateMachines.find(machineArn);
    if (!machine) throw stateMachineDoesNotExist(arn);
    if (machine.type === 'EXPRESS') throw typeNotSupported();
    await journal.written();
    if (alias !== undefined && !store.aliases.find(arn)) throw stateMachineDoesNotExist(arn);
    const wanted = {
      machineArn,
      version,
      alias: alias === undefined ? undefined : arn,
      status,
      redriven,
      since: machine.createdAt,
    };
    const found = store.executions.list(wanted, page.limit + 1, page.position);
    const { rows, nextToken } = pageOf(found, page, ({ id }) => id);
    return { executions: rows.map(summary), ...(nextToken && { nextToken }) };
  }

  async function stopExecution(request: ApiRequest) {
    const arn = request.requiredString('executionArn', ARN);
    await find(arn);
    engine.stop(arn, request.string('error', ERROR), request.string('cause', CAUSE));
    const { stoppedAt } = await find(arn);
    return { stopDate: (stoppedAt ?? clock.now()) / 1000 };
  }

  async function redriveExecution(request: ApiRequest) {
    const arn = request.requiredString('executionArn', ARN);
    const token = request.string('clientToken', { min: 1, max: 64 });
    checkExecutionArn(arn);
    if (arn.includes('/')) {
      throw validationException('Labeled Execution ARNs are not supported for this API');
    }
    return { redriveDate: (await engine.redrive(arn, token)) / 1000 };
  }

  async function describeStateMachineForExecution(request: ApiRequest) {
    const withData = request.string('includedData', INCLUDED_DATA) !== 'METADATA_ONLY';
    const row = await find(request.requiredString('executionArn', ARN));
    const revision = store.stateMachines.revision(row.revision);
    if (!revision) throw executionDoesNotExist(row.arn);
    return {
      stateMachineArn: row.machineArn,
      name: row.machineArn.split(':').at(-1),
      roleArn: revision.roleArn,
      ...described(revision, withData),
      ...(row.mapRun !== undefined && { mapRunArn: row.mapRun, label: row.machineArn.split('/').at(-1) }),
      updateDate: revision.createdAt / 1000,
      loggingConfiguration: JSON.parse(revision.logging),
      tracingConfiguration: JSON.parse(revision.tracing),
      encryptionConfiguration: JSON.parse(revision.encryption),
      ...(revision.revisionId !== undefined && { revisionId: revision.revisionId }),
    };
  }

  return {
    StartExecution: start,
    StartSyncExecution: startSyncExecution,
    DescribeExecution: describeExecution,
    GetExecutionHistory: getExecutionHistory,
    ListExecutions: listExecutions,
    StopExecution: stopExecution,
    RedriveExecution: redriveExecution,
    DescribeStateMachineForExecution: describeStateMachineForExecution,
  };
}

function summary(row: ExecutionRow) {
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
