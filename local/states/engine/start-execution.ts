// StartExecution, for the API and for tasks that start executions.
import { randomUUID } from 'node:crypto';
import type { Random } from '../language/functions.ts';
import { executionArn, expressExecutionArn, parseStateMachineArn } from '../model/arns.ts';
import type { Clock } from '../model/clock.ts';
import { ServiceError, stateMachineDeleting, stateMachineDoesNotExist } from '../model/errors.ts';
import { readJson } from '../model/json-text.ts';
import { checkPayload } from '../model/payload.ts';
import type { Started, StartRequest } from '../runtime/environment.ts';
import type { Journal } from '../runtime/execution.ts';
import type { Route } from '../store/aliases.ts';
import type { ExecutionEnd, ExecutionRow, NewExecution } from '../store/rows.ts';
import type { Revision } from '../store/state-machines.ts';
import type { Store } from '../store/store.ts';

/** What runs an execution that has been checked. */
export interface ExecutionRunner {
  /** Resolves when the execution is in the store. */
  start(revision: Revision, start: NewExecution): Promise<void>;
  /** Resolves when the execution has ended. Throws Cancelled when the engine is closed before. */
  startExpress(revision: Revision, start: NewExecution): Promise<ExecutionEnd>;
}

interface Dependencies {
  readonly store: Store;
  readonly runner: ExecutionRunner;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
}

/** The state machine and the revision that an execution started with this ARN runs. Throws StateMachineDoesNotExist, StateMachineDeleting, InvalidArn. */
export function resolveTarget(store: Store, arn: string, random: Random) {
  const { machineArn, alias: aliasName, version: named } = parseStateMachineArn(arn);
  const machine = store.stateMachines.find(machineArn);
  if (!machine) throw stateMachineDoesNotExist(arn);
  if (machine.status === 'DELETING') throw stateMachineDeleting(arn);
  const alias = aliasName === undefined ? undefined : store.aliases.find(arn);
  if (aliasName !== undefined && !alias) throw stateMachineDoesNotExist(arn);
  const version = alias ? pickVersion(alias.routes, random) : named;
  if (version === undefined) return { machine, version, alias: undefined, revision: machine.revision };
  const published = store.stateMachines.version(machineArn, version);
  if (!published) throw stateMachineDoesNotExist(arn);
  return { machine, version, alias: alias?.arn, revision: published.revision };
}

/** One of an alias's versions, by their weights. */
function pickVersion([first, second]: readonly Route[], random: Random): number | undefined {
  return second && random() * 100 >= (first?.weight ?? 0) ? second.version : first?.version;
}

/**
 * Resolves when the execution is in the store. The caller has checked `name`.
 * @throws ServiceError also InvalidExecutionInput and ExecutionAlreadyExists
 */
export async function startExecution(
  { store, runner, journal, clock, random }: Dependencies,
  request: StartRequest,
): Promise<Started> {
  const { machine, version, alias, revision } = resolveTarget(store, request.stateMachineArn, random);
  const input = checkInput(request.input);
  const name = request.name ?? randomUUID();
  const startedAt = clock.now();
  const start = {
    name,
    machineArn: machine.arn,
    ...{ version, alias },
    revision: revision.id,
    startedAt,
    input,
    traceHeader: request.traceHeader,
  };
  if (machine.type === 'EXPRESS') {
    const arn = expressExecutionArn(machine.arn, name, randomUUID());
    // The end of an asynchronous Express execution is not reported, nor is its cancellation when the engine is closed.
    void runner.startExpress(revision, { arn, ...start }).catch(() => {});
    return { arn, startedAt };
  }
  const arn = executionArn(machine.arn, name);
  if (request.name !== undefined) {
    // An execution of that name may have been started in this turn of the event loop.
    while (journal.hasUnwritten(arn)) await journal.written(arn);
    const known = store.executions.find(arn);
    if (known) return repeatedStart(known, { arn, ...start });
  }
  await runner.start(revision, { arn, ...start });
  return { arn, startedAt };
}

/** StartExecution is idempotent by name and input while the execution runs (API reference). */
function repeatedStart(known: ExecutionRow, start: NewExecution): Started {
  const same = known.status === 'RUNNING' && known.input === start.input && known.version === start.version;
  if (same) return { arn: known.arn, startedAt: known.startedAt };
  throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
}

/** Gives the text itself. Throws ValidationException or InvalidExecutionInput. */
export function checkInput(input: string): string {
  checkPayload('input', input);
  const invalid = (text: string) =>
    new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${text}'`);
  if (input.trim() === '') throw invalid('Invalid execution input.');
  const read = readJson(input);
  if ('fault' in read) throw invalid(read.fault.message);
  return input;
}
