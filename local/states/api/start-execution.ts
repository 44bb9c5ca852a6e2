// StartExecution and StartSyncExecution.
import { randomUUID } from 'node:crypto';
import { checkInput, resolveTarget } from '../engine/start-execution.ts';
import { expressExecutionArn } from '../model/arns.ts';
import { typeNotSupported } from '../model/errors.ts';
import type { ExecutionEnd } from '../store/rows.ts';
import type { Dependencies } from './dependencies.ts';
import { readName } from './names.ts';
import { type ApiRequest, ARN, INCLUDED_DATA } from './request.ts';

const TRACE_HEADER = { max: 256, pattern: '\\p{ASCII}*' };

export async function startExecution({ environment }: Dependencies, request: ApiRequest) {
  const { arn, startedAt } = await environment.executions.start({
    stateMachineArn: request.requiredString('stateMachineArn', ARN),
    name: readName(request),
    input: request.string('input') ?? '{}',
    traceHeader: request.string('traceHeader', TRACE_HEADER),
  });
  return { executionArn: arn, startDate: startedAt / 1000 };
}

export async function startSyncExecution({ store, engine, environment }: Dependencies, request: ApiRequest) {
  request.string('includedData', INCLUDED_DATA); // changes nothing: the answer has no definition
  const { clock, random } = environment;
  const { machine, version, alias, revision } = resolveTarget(
    store,
    request.requiredString('stateMachineArn', ARN),
    random,
  );
  if (machine.type !== 'EXPRESS') throw typeNotSupported();
  const name = readName(request) ?? randomUUID();
  const input = checkInput(request.string('input') ?? '{}');
  const traceHeader = request.string('traceHeader', TRACE_HEADER);
  const startedAt = clock.now();
  const arn = expressExecutionArn(machine.arn, name, randomUUID());
  const end = await engine.startExpress(revision, {
    ...{ arn, name, machineArn: machine.arn, version, alias },
    ...{ revision: revision.id, startedAt, input, traceHeader },
  });
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    startDate: startedAt / 1000,
    input,
    inputDetails: { included: true },
    ...endOf(end),
    ...(traceHeader !== undefined && { traceHeader }),
    billingDetails: billed(end.stoppedAt - startedAt),
  };
}

function endOf({ stoppedAt, ...end }: ExecutionEnd) {
  return {
    stopDate: stoppedAt / 1000,
    ...end,
    ...(end.output !== undefined && { outputDetails: { included: true } }),
  };
}

/** In steps of 100 ms and 64 MB. */
const billed = (ms: number) => ({
  billedDurationInMilliseconds: Math.max(1, Math.ceil(ms / 100)) * 100,
  billedMemoryUsedInMB: 64,
});
