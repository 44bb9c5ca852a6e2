// Runs executions: starts them, ends them, and goes on with them after a restart.

import { ChildExecutions } from '../distributed-map/child-executions.ts';
import { type Place, versionArn } from '../model/arns.ts';
import { Cancelled } from '../model/cancellation.ts';
import { ErrorName, executionDoesNotExist, ServiceError, StateFailure } from '../model/errors.ts';
import { failureDetails, type HistoryEvent, inputDetails, outputDetails } from '../model/history.ts';
import { exceedsPayload } from '../model/json.ts';
import { type StatusChangeEvent, statusChangeEvent } from '../persistence/status-event.ts';
import type { Environment } from '../runtime/environment.ts';
import { Execution, type Journal, NOWHERE } from '../runtime/execution.ts';
import { type RedriveStatus, redrivability, rewind } from '../runtime/redrive.ts';
import { runFlow } from '../runtime/run-flow.ts';
import { Thread } from '../runtime/thread.ts';
import type { Before, ExecutionEnd, ExecutionRow, NewExecution } from '../store/rows.ts';
import type { Revision } from '../store/state-machines.ts';
import type { Store } from '../store/store.ts';
import { CompiledMachines } from './compiled-machines.ts';
import { startExecution } from './start-execution.ts';

/** Step Functions' quota for an execution of an Express state machine. */
const MAX_EXPRESS_SECONDS = 300;
/** When the disk refuses that a state machine goes, it is tried again after this long. */
const DELETE_AGAIN_MS = 1000;

interface Running {
  readonly execution: Execution;
  readonly thread: Thread;
  /** Resolves when the execution has ended. */
  readonly done: Promise<void>;
  stopTimer: () => void;
}

/** What sets an execution apart from a new Standard one. */
interface Origin {
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly journal?: Journal;
  readonly before?: Before;
}

export class Engine {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #environment: Environment;
  /** Map Runs under way. */
  readonly mapRuns: ChildExecutions;
  readonly #place: Place;
  readonly #wantsStatus: (event: StatusChangeEvent) => boolean;
  readonly #onFault: (error: unknown) => void;
  readonly #running = new Map<string, Running>();
  readonly #machines: CompiledMachines;
  readonly #deleting = new Set<string>();
  readonly #resumed = Promise.withResolvers<void>();
  #closed = false;

  constructor(
    store: Store,
    journal: Journal,
    environment: Omit<Environment, 'executions' | 'mapRuns'>,
    options: {
      readonly place: Place;
      readonly wantsStatus: (event: StatusChangeEvent) => boolean;
      /** What cannot be written, and is waited for by nobody. */
      readonly onFault: (error: unknown) => void;
    },
  ) {
    this.#store = store;
    this.#journal = journal;
    this.mapRuns = new ChildExecutions(store, journal, environment.clock, {
      run: (execution) => this.#run(execution).done,
      stop: (arn) => this.stop(arn, undefined, undefined),
    });
    this.#environment = {
      ...environment,
      mapRuns: this.mapRuns,
      executions: {
        start: (request) =>
          startExecution({ store, engine: this, journal, clock: environment.clock }, request),
        find: (arn) => store.executions.find(arn),
        ended: (arn) => this.#ended(arn),
        stop: (arn, cause) => this.stop(arn, undefined, cause),
      },
    };
    this.#machines = new CompiledMachines(environment);
    this.#place = options.place;
    this.#wantsStatus = options.wantsStatus;
    this.#onFault = options.onFault;
  }

  get environment(): Environment {
    return this.#environment;
  }

  /** Starts an execution; resolves when it is in the store. */
  async start(revision: Revision, start: NewExecution): Promise<void> {
    const execution = this.#execution({ id: this.#store.executions.newId(), ...start }, revision);
    execution.birth = { execution: start };
    this.#run(execution);
    try {
      await this.#journal.written();
    } catch (error) {
      // It was not accepted, so that it must not go on once the disk has room again.
      execution.suspend();
      this.#journal.drop(execution);
      throw error;
    }
  }

  /** Starts an Express execution, which is not stored. The promise is of its end. */
  async startExpress(revision: Revision, start: NewExecution): Promise<ExecutionEnd> {
    const execution = this.#execution({ id: 0, ...start }, revision, { type: 'EXPRESS', journal: NOWHERE });
    const { done } = this.#run(execution);
    await done;
    if (!execution.end) throw new Cancelled();
    return execution.end;
  }

  isRunning(arn: string): boolean {
    return this.#running.has(arn);
  }

  /** Ends an execution as StopExecution does; nothing when it has ended. */
  stop(arn: string, error: string | undefined, cause: string | undefined): void {
    const running = this.#running.get(arn);
    if (!running) return;
    this.#finish(running, { status: 'ABORTED', ...given(error, cause) }, 'ExecutionAborted');
    running.execution.cancellation.cancel();
  }

  /**
   * Goes on with an execution that has failed, been stopped or timed out, and gives when; resolves when that is in
   * the store. A token that is known answers as before.
   * @throws ServiceError ExecutionDoesNotExist, ExecutionNotRedrivable
   */
  async redrive(arn: string, token: string | undefined): Promise<number> {
    // What is left of the attempt before may still be stopping.
    const attempt = this.#running.get(arn);
    if (attempt?.execution.end) await attempt.done;
    await this.#journal.written();
    const row = this.#store.executions.find(arn);
    const revision = row && this.#store.stateMachines.revision(row.revision);
    if (!row || !revision) throw executionDoesNotExist(arn);
    const { clock } = this.#environment;
    const known = token && this.#store.executions.redrives.byToken(row.id, token, clock.now());
    if (known) return known;
    const state = this.redrivability(row);
    if (state.redriveStatus === 'NOT_REDRIVABLE') {
      throw new ServiceError('ExecutionNotRedrivable', state.redriveStatusReason);
    }
    const before = this.#store.executions.before(row.id);
    const threads = rewind(before.threads);
    const redrive = { count: row.redriveCount + 1, at: clock.now(), threads, token };
    const going = { ...row, redriveCount: redrive.count, redrivenAt: redrive.at };
    const execution = this.#execution(going, revision, { before: { ...before, threads } });
    execution.redrive = redrive;
    this.#run(execution);
    await this.#journal.written();
    return redrive.at;
  }

  redrivability(row: ExecutionRow): RedriveStatus {
    const machine = this.#store.stateMachines.find(row.machineArn);
    return redrivability(row, {
      now: this.#environment.clock.now(),
      lastEventId: this.#store.executions.lastEventId(row.id),
      // The state machine of a Map Run's children is none of its own.
      machineActive: row.mapRun !== undefined || machine?.status === 'ACTIVE',
    });
  }

  /** Goes on with everything that was running when the engine was last stopped. */
  resume(): void {
    const rows = this.#store.executions.running();
    this.mapRuns.abortOrphans();
    for (const arn of this.#store.stateMachines.deleting()) this.#deleting.add(arn);
    // All are read before the first goes on: a file that is damaged lets none.
    const going = rows.flatMap((row) => {
      const revision = this.#store.stateMachines.revision(row.revision);
      return revision
        ? [this.#execution(row, revision, { before: this.#store.executions.before(row.id) })]
        : [];
    });
    for (const execution of going) this.#run(execution);
    this.#deleteEmptied();
    this.#resumed.resolve();
  }

  /** Deletes a state machine once none of its executions runs. */
  async delete(machineArn: string): Promise<void> {
    this.#store.stateMachines.markDeleting(machineArn);
    this.#deleting.add(machineArn);
    // Those that were started just now are among its executions.
    await this.#journal.committed();
    this.#deleteEmptied();
  }

  /** Stops every execution where it is; they go on when the engine is next started on the same store. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#running.values()];
    for (const { execution, stopTimer } of all) {
      stopTimer();
      execution.suspend();
    }
    await Promise.all(all.map(({ done }) => done));
  }

  async #ended(arn: string): Promise<ExecutionRow | undefined> {
    await this.#resumed.promise;
    await this.#running.get(arn)?.done;
    await this.#journal.committed();
    return this.#store.executions.find(arn);
  }

  #execution(
    row: NewExecution & { readonly id: number } & Partial<Pick<ExecutionRow, 'redriveCount' | 'redrivenAt'>>,
    revision: Revision,
    { type = 'STANDARD', journal = this.#journal, before }: Origin = {},
  ): Execution {
    const { id, arn, name, machineArn, version, alias, input, startedAt } = row;
    const identity = {
      ...{ id, arn, name, machineArn, input, startedAt, type, version, alias },
      machineName: machineArn.split(':').at(-1) ?? '',
      roleArn: revision.roleArn,
      revision: revision.id,
      redriveCount: row.redriveCount ?? 0,
      redrivenAt: row.redrivenAt,
    };
    return new Execution(identity, this.#machines.get(revision), this.#environment, journal, before);
  }

  #run(execution: Execution): Running {
    const { identity, machine } = execution;
    const thread = Thread.ofExecution(execution);
    if (execution.lastEventId === 0) {
      const { input, roleArn, version, alias, machineArn, startedAt } = identity;
      execution.record(0, 'ExecutionStarted', {
        timestamp: startedAt,
        executionStartedEventDetails: {
          ...inputDetails(input),
          roleArn,
          ...(version !== undefined && { stateMachineVersionArn: versionArn(machineArn, version) }),
          ...(alias !== undefined && { stateMachineAliasArn: alias }),
        },
      });
      this.#emitStatus(execution);
    } else if (execution.redrive) {
      const { count: redriveCount } = execution.redrive;
      execution.record(execution.lastEventId, 'ExecutionRedriven', {
        executionRedrivenEventDetails: { redriveCount },
      });
      this.#emitStatus(execution);
    }
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const running: Running = { execution, thread, done, stopTimer: () => {} };
    this.#running.set(identity.arn, running);
    const limit = identity.type === 'EXPRESS' ? MAX_EXPRESS_SECONDS : Number.POSITIVE_INFINITY;
    const seconds = Math.min(machine.timeoutSeconds ?? limit, limit);
    if (Number.isFinite(seconds)) this.#limit(running, seconds);
    void this.#follow(running).finally(() => {
      running.stopTimer();
      this.#running.delete(identity.arn);
      if (this.#deleting.has(identity.machineArn)) void this.#journal.committed().then(this.#deleteEmptied);
      resolve();
    });
    return running;
  }

  async #follow(running: Running): Promise<void> {
    const { execution, thread } = running;
    try {
      const output = await runFlow(execution.machine.flow, execution.input, thread);
      const text = JSON.stringify(output);
      if (exceedsPayload(text)) throw new StateFailure(ErrorName.dataLimitExceeded, undefined);
      this.#finish(running, { status: 'SUCCEEDED', output: text }, 'ExecutionSucceeded');
    } catch (error) {
      if (error instanceof Cancelled) return;
      // Anything but a StateFailure is a fault of the engine: the execution ends, its clients do not wait for ever.
      const failure =
        error instanceof StateFailure
          ? error
          : new StateFailure(ErrorName.runtime, `Internal error: ${error}`);
      thread.end({ failure: failure.details });
      this.#finish(running, { status: 'FAILED', ...failure.details }, 'ExecutionFailed');
    }
  }

  #limit(running: Running, seconds: number): void {
    const { execution } = running;
    const { startedAt, redrivenAt = startedAt } = execution.identity;
    running.stopTimer = this.#environment.clock.schedule(redrivenAt + seconds * 1000, () => {
      // A Standard one has the error in its history alone (as read off AWS).
      const error = execution.identity.type === 'EXPRESS' && { error: ErrorName.timeout };
      this.#finish(running, { status: 'TIMED_OUT', ...error }, 'ExecutionTimedOut', ErrorName.timeout);
      execution.cancellation.cancel();
    });
  }

  #finish(
    { execution, thread }: Running,
    end: Omit<ExecutionEnd, 'stoppedAt'>,
    type: HistoryEvent['type'],
    /** As the event tells it. */
    error = end.error,
  ): void {
    if (execution.end) return;
    const details = `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
    const content =
      end.output === undefined ? failureDetails({ error, causeText: end.cause }) : outputDetails(end.output);
    const stoppedAt = this.#environment.clock.now();
    // What ends an execution from outside follows none of its events.
    const fromOutside = end.status === 'ABORTED' || end.status === 'TIMED_OUT';
    execution.record(fromOutside ? 0 : thread.previousEventId, type, {
      timestamp: stoppedAt,
      [details]: content,
    });
    execution.finish({ ...end, stoppedAt });
    this.#emitStatus(execution);
  }

  #emitStatus(execution: Execution): void {
    const { type, mapRun } = execution.identity;
    if (type === 'EXPRESS' || mapRun !== undefined) return;
    const { end, identity } = execution;
    const status = { ...identity, status: 'RUNNING' as const, stoppedAt: undefined, ...end };
    const event = statusChangeEvent(this.#place, status);
    if (this.#wantsStatus(event)) execution.emit(JSON.stringify(event));
  }

  /** State machines deleted while they had executions go with the last of them. */
  readonly #deleteEmptied = (): void => {
    if (this.#closed) return;
    try {
      for (const arn of this.#store.stateMachines.deletable()) {
        this.#store.stateMachines.delete(arn);
        this.#deleting.delete(arn);
      }
    } catch (error) {
      this.#onFault(error);
      setTimeout(this.#deleteEmptied, DELETE_AGAIN_MS).unref();
    }
  };
}

const given = (error: string | undefined, cause: string | undefined) => ({
  ...(error !== undefined && { error }),
  ...(cause !== undefined && { cause }),
});
