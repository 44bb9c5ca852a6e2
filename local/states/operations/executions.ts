// The API's operations on executions.
import { randomUUID } from 'node:crypto';
import {
  checkExecutionArn,
  executionArn,
  expressExecutionArn,
  parseStateMachineArn,
  versionArn,
} from '../arns.ts';
import {
  executionDoesNotExist,
  ServiceError,
  stateMachineDeleting,
  stateMachineDoesNotExist,
  typeNotSupported,
  validationException,
} from '../errors.ts';
import { toWire } from '../history.ts';
import { exceedsPayload, MAX_PAYLOAD_BYTES } from '../json.ts';
import { readJson } from '../json-text.ts';
import { type ApiRequest, pageOf, readPage } from '../request.ts';
import type { Service } from '../service.ts';
import { redriveStatus } from '../status-event.ts';
import type { ExecutionRow, NewExecution } from '../store/executions.ts';
import type { Operations } from '../wire.ts';
import { readName } from './names.ts';

const STATUSES = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];

export function executionOperations(service: Service): Operations {
  const { store, engine, journal, clock } = service;

  function find(arn: string): ExecutionRow {
    checkExecutionArn(arn);
    journal.flush();
    const row = store.executions.find(arn);
    if (!row) throw executionDoesNotExist(arn);
    return row;
  }

  /** What a state machine's or a version's ARN stands for, for starting an execution. */
  function startable(arn: string) {
    const { machineArn, version } = parseStateMachineArn(arn);
    const machine = store.stateMachines.find(machineArn);
    if (!machine) throw stateMachineDoesNotExist(arn);
    if (machine.status === 'DELETING') throw stateMachineDeleting(arn);
    if (version === undefined) return { machine, version, revision: machine.revision };
    const published = store.stateMachines.version(machineArn, version);
    if (!published) throw stateMachineDoesNotExist(arn);
    return { machine, version, revision: published.revision };
  }

  async function startExecution(request: ApiRequest) {
    const { machine, version, revision } = startable(request.requiredString('stateMachineArn', { max: 256 }));
    const given = readName(request);
    const input = readInput(request);
    const traceHeader = request.string('traceHeader', { max: 256 });
    const name = given ?? randomUUID();
    const startedAt = clock.now();
    const start = {
      name,
      machineArn: machine.arn,
      version,
      revision: revision.id,
      startedAt,
      input,
      traceHeader,
    };
    if (machine.type === 'EXPRESS') {
      const arn = expressExecutionArn(machine.arn, name, randomUUID());
      // Nobody hears of its end, nor of its being dropped when the engine is closed.
      void engine.startExpress(machine, revision, { arn, ...start }).catch(() => {});
      return { executionArn: arn, startDate: startedAt / 1000 };
    }
    const arn = executionArn(machine.arn, name);
    if (given !== undefined) {
      journal.flush();
      const known = store.executions.find(arn);
      if (known) return sameExecution(known, { arn, ...start });
    }
    await engine.start(machine, revision, { arn, ...start });
    return { executionArn: arn, startDate: startedAt / 1000 };
  }

  async function startSyncExecution(request: ApiRequest) {
    const { machine, version, revision } = startable(request.requiredString('stateMachineArn', { max: 256 }));
    if (machine.type !== 'EXPRESS') throw typeNotSupported();
    const name = readName(request) ?? randomUUID();
    const input = readInput(request);
    const traceHeader = request.string('traceHeader', { max: 256 });
    const startedAt = clock.now();
    const arn = expressExecutionArn(machine.arn, name, randomUUID());
    const start = {
      arn,
      name,
      machineArn: machine.arn,
      version,
      revision: revision.id,
      startedAt,
      input,
      traceHeader,
    };
    const { stoppedAt, ...end } = await engine.startExpress(machine, revision, start);
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

  function describeExecution(request: ApiRequest) {
    const row = find(request.requiredString('executionArn', { max: 256 }));
    return {
      ...summary(row),
      input: row.input,
      inputDetails: { included: true },
      ...redriveStatus(row.status),
      ...(row.output !== undefined && { output: row.output, outputDetails: { included: true } }),
      ...(row.error !== undefined && { error: row.error }),
      ...(row.cause !== undefined && { cause: row.cause }),
      ...(row.traceHeader !== undefined && { traceHeader: row.traceHeader }),
    };
  }

  function getExecutionHistory(request: ApiRequest) {
    const row = find(request.requiredString('executionArn', { max: 256 }));
    const page = readPage(request);
    const reverse = request.boolean('reverseOrder') ?? false;
    const withData = request.boolean('includeExecutionData') ?? true;
    const first = page.position + 1;
    const [from, to] = reverse
      ? [row.lastEventId - page.position - page.limit, row.lastEventId - page.position]
      : [first, first + page.limit];
    const events = store.executions.history(row.id, from, to);
    if (reverse) events.reverse();
    const { rows, nextToken } = pageOf(events, page);
    return { events: rows.map((event) => toWire(event, withData)), ...(nextToken && { nextToken }) };
  }

  function listExecutions(request: ApiRequest) {
    if (request.string('mapRunArn') !== undefined) {
      throw new ServiceError('ResourceNotFound', 'This engine has no Map Runs');
    }
    const arn = request.requiredString('stateMachineArn', { max: 256 });
    const status = request.string('statusFilter', { values: STATUSES });
    const page = readPage(request);
    const { machineArn, version } = parseStateMachineArn(arn);
    const machine = store.stateMachines.find(machineArn);
    if (!machine) throw stateMachineDoesNotExist(arn);
    if (machine.type === 'EXPRESS') throw typeNotSupported();
    journal.flush();
    const filter = { machineArn, version, status, since: machine.createdAt };
    const found = store.executions.list(filter, page.limit + 1, page.position);
    const { rows, nextToken } = pageOf(found, page, ({ id }) => id);
    return { executions: rows.map(summary), ...(nextToken && { nextToken }) };
  }

  function stopExecution(request: ApiRequest) {
    const arn = request.requiredString('executionArn', { max: 256 });
    find(arn);
    engine.stop(arn, request.string('error', { max: 256 }), request.string('cause', { max: 32_768 }));
    const { stoppedAt } = find(arn);
    return { stopDate: (stoppedAt ?? clock.now()) / 1000 };
  }

  function describeStateMachineForExecution(request: ApiRequest) {
    const row = find(request.requiredString('executionArn', { max: 256 }));
    const revision = store.stateMachines.revision(row.revision);
    if (!revision) throw executionDoesNotExist(row.arn);
    return {
      stateMachineArn: row.machineArn,
      name: row.machineArn.split(':').at(-1),
      definition: revision.definition,
      roleArn: revision.roleArn,
      updateDate: revision.createdAt / 1000,
      loggingConfiguration: JSON.parse(revision.logging),
      tracingConfiguration: JSON.parse(revision.tracing),
      ...(revision.revisionId !== undefined && { revisionId: revision.revisionId }),
    };
  }

  return {
    StartExecution: startExecution,
    StartSyncExecution: startSyncExecution,
    DescribeExecution: describeExecution,
    GetExecutionHistory: getExecutionHistory,
    ListExecutions: listExecutions,
    StopExecution: stopExecution,
    DescribeStateMachineForExecution: describeStateMachineForExecution,
  };
}

/** A name used twice: the same answer for the same input while the execution runs (API reference, StartExecution). */
function sameExecution(known: ExecutionRow, start: NewExecution) {
  const same = known.status === 'RUNNING' && known.input === start.input && known.version === start.version;
  if (same) return { executionArn: known.arn, startDate: known.startedAt / 1000 };
  throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
}

function readInput(request: ApiRequest): string {
  const input = request.string('input') ?? '{}';
  if (exceedsPayload(input)) {
    throw validationException(
      `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`,
    );
  }
  const invalid = (text: string) =>
    new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${text}'`);
  if (input.trim() === '') throw invalid('Invalid execution input.');
  const read = readJson(input);
  if ('fault' in read) throw invalid(read.fault.message);
  return input;
}

function summary(row: ExecutionRow) {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machineArn,
    ...(row.version !== undefined && { stateMachineVersionArn: versionArn(row.machineArn, row.version) }),
    name: row.name,
    status: row.status,
    startDate: row.startedAt / 1000,
    ...(row.stoppedAt !== undefined && { stopDate: row.stoppedAt / 1000 }),
    redriveCount: 0,
  };
}
