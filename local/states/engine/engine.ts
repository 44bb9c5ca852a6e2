// Runs executions: starts them, ends them, and resumes them after a restart.
import { ChildExecutions } from '../distributed-map/child-executions.ts';
import type { ArnScope } from '../model/arns.ts';
import { Cancelled } from '../model/cancellation.ts';
import { ErrorName, executionDoesNotExist, ServiceError, StateFailure } from '../model/errors.ts';
import { exceedsPayload, jsonText } from '../model/json.ts';
import { type StatusChangeEvent, statusChangeEvent } from '../persistence/status-event.ts';
import type { Environment } from '../runtime/environment.ts';
import { Execution, type Journal, NO_JOURNAL } from '../runtime/execution.ts';
import { type RedriveStatus, redrivability, rewind } from '../runtime/redrive.ts';
import { runFlow, type StateMachine } from '../runtime/run-flow.ts';
import { Thread } from '../runtime/thread.ts';
import type { ExecutionEnd, ExecutionRow, NewExecution, RestorePoint } from '../store/rows.ts';
import type { Revision } from '../store/state-machines.ts';
import type { Store } from '../store/store.ts';
import { CompiledMachines } from './compiled-machines.ts';
import { recordEnd, recordRedrive, recordStart } from './execution-events.ts';
import type { ExecutionRunner } from './start-execution.ts';
import { StateMachineDeletion } from './state-machine-deletion.ts';

/** Step Functions' quota for an execution of an Express state machine. */
const MAX_EXPRESS_SECONDS = 300;

interface Running {
  readonly execution: Execution;
  readonly machine: StateMachine;
  readonly thread: Thread;
  /** Resolves when the execution has ended. */
  readonly done: Promise<void>;
  stopTimer: () => void;
}

/** What sets an execution apart from a new Standard one. */
interface Origin {
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly journal?: Journal;
  readonly restorePoint?: RestorePoint;
}

interface EngineOptions {
  readonly scope: ArnScope;
  readonly wantsStatus: (event: StatusChangeEvent) => boolean;
  /** Gets what the store threw where no request waits for the write. */
  readonly onFault: (error: unknown) => void;
}

export class Engine implements ExecutionRunner {
  /** Map Runs under way. */
  readonly mapRuns: ChildExecutions;
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #environment: Environment;
  readonly #options: EngineOptions;
  readonly #running = new Map<string, Running>();
  readonly #machines: CompiledMachines;
  readonly #deletion: StateMachineDeletion;
  readonly #resumed = Promise.withResolvers<void>();

  constructor(store: Store, journal: Journal, environment: Environment, options: EngineOptions) {
    this.#store = store;
    this.#journal = journal;
    this.#environment = environment;
    this.#options = options;
    this.mapRuns = new ChildExecutions(store, journal, environment.clock, {
      run: (execution, flow) => this.#run(execution, { flow, timeoutSeconds: undefined }).done,
      stop: (arn) => this.stop(arn, undefined, undefined),
    });
    this.#machines = new CompiledMachines(environment, this.mapRuns);
    this.#deletion = new StateMachineDeletion(store.stateMachines, journal, options.onFault);
  }

  /** Starts an execution; resolves when it is in the store. */
  async start(revision: Revision, start: NewExecution): Promise<void> {
    const execution = this.#execution({ id: this.#store.executions.newId(), ...start }, revision);
    execution.newRow = { execution: start };
    this.#run(execution, this.#machines.get(revision));
    try {
      await this.#journal.written(start.arn);
    } catch (error) {
      // The request is refused, so the execution must not go on once the disk has room again.
      execution.suspend();
      this.#journal.discard(execution);
      throw error;
    }
  }

  /** Starts an Express execution, which is not stored. Resolves when it has ended. */
  async startExpress(revision: Revision, start: NewExecution): Promise<ExecutionEnd> {
    const execution = this.#execution({ id: 0, ...start }, revision, {
      type: 'EXPRESS',
      journal: NO_JOURNAL,
    });
    await this.#run(execution, this.#machines.get(revision)).done;
    if (!execution.end) throw new Cancelled();
    return execution.end;
  }

  isRunning(arn: string): boolean {
    return this.#running.has(arn);
  }

  /** Ends an execution as StopExecution does; does nothing when it has ended. */
  stop(arn: string, error: string | undefined, cause: string | undefined): void {
    const running = this.#running.get(arn);
    if (!running) return;
    const failure = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    this.#finish(running, { status: 'ABORTED', ...failure });
    running.execution.cancellation.cancel();
  }

  /**
   * Resumes an execution that has failed, been stopped or timed out. Resolves, when that is in the store, with the
   * time of the redrive in milliseconds since 1970. A client token that is known gets the time of the redrive it made.
   * @throws ServiceError ExecutionDoesNotExist, ExecutionNotRedrivable
   */
  async redrive(arn: string, token: string | undefined): Promise<number> {
    // The failed attempt may still be unwinding.
    const attempt = this.#running.get(arn);
    if (attempt?.execution.end) await attempt.done;
    await this.#journal.written(arn);
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
    const restorePoint = this.#store.executions.restorePoint(row.id);
    const threads = rewind(restorePoint.threads);
    const redrive = { count: row.redriveCount + 1, at: clock.now(), threads, token };
    const redriven = { ...row, redriveCount: redrive.count, redrivenAt: redrive.at };
    const execution = this.#execution(redriven, revision, { restorePoint: { ...restorePoint, threads } });
    execution.redrive = redrive;
    this.#run(execution, this.#machines.get(revision));
    await this.#journal.written(arn);
    return redrive.at;
  }

  redrivability(row: ExecutionRow): RedriveStatus {
    const machine = this.#store.stateMachines.find(row.machineArn);
    return redrivability(row, {
      now: this.#environment.clock.now(),
      lastEventId: this.#store.executions.lastEventId(row.id),
      // The children of a Map Run have a state machine that is not in the store.
      machineActive: row.mapRun !== undefined || machine?.status === 'ACTIVE',
    });
  }

  /** Resumes everything that was running when the engine was last stopped. */
  resume(): void {
    const rows = this.#store.executions.running();
    this.mapRuns.abortOrphans();
    // All are read before the first is run: with a damaged file none may run.
    const executions = rows.flatMap((row) => {
      const revision = this.#store.stateMachines.revision(row.revision);
      if (!revision) return [];
      const restorePoint = this.#store.executions.restorePoint(row.id);
      return [[this.#execution(row, revision, { restorePoint }), this.#machines.get(revision)] as const];
    });
    for (const [execution, machine] of executions) this.#run(execution, machine);
    this.#deletion.resume();
    this.#resumed.resolve();
  }

  /** Deletes a state machine once none of its executions runs. */
  delete(machineArn: string): Promise<void> {
    return this.#deletion.request(machineArn);
  }

  /** Suspends every execution; they go on when the engine is next started on the same store. */
  async close(): Promise<void> {
    this.#deletion.close();
    // What is held is written first: a Task's answer that is in no checkpoint yet would be lost.
    for (;;) {
      const held = [...this.#running.values()].filter(({ execution }) => execution.held);
      if (held.length === 0) break;
      await Promise.all(held.map(({ execution }) => execution.released()));
      await new Promise((resolve) => setImmediate(resolve)); // each goes on to where it waits
    }
    const all = [...this.#running.values()];
    for (const { execution, stopTimer } of all) {
      stopTimer();
      execution.suspend();
    }
    await Promise.all(all.map(({ done }) => done));
  }

  /** Resolves when the execution has ended or is suspended; with undefined when there is none. */
  async ended(arn: string): Promise<ExecutionRow | undefined> {
    await this.#resumed.promise;
    await this.#running.get(arn)?.done;
    await this.#journal.committed(arn);
    return this.#store.executions.find(arn);
  }

  #execution(
    row: NewExecution & { readonly id: number } & Partial<Pick<ExecutionRow, 'redriveCount' | 'redrivenAt'>>,
    revision: Revision,
    { type = 'STANDARD', journal = this.#journal, restorePoint }: Origin = {},
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
    return new Execution(identity, this.#environment, journal, restorePoint);
  }

  #run(execution: Execution, machine: StateMachine): Running {
    const { identity } = execution;
    const thread = Thread.ofExecution(execution);
    if (execution.lastEventId === 0) {
      recordStart(execution);
      this.#emitStatus(execution);
    } else if (execution.redrive) {
      recordRedrive(execution, execution.redrive.count);
      this.#emitStatus(execution);
    }
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const running: Running = { execution, machine, thread, done, stopTimer: () => {} };
    this.#running.set(identity.arn, running);
    const limit = identity.type === 'EXPRESS' ? MAX_EXPRESS_SECONDS : Number.POSITIVE_INFINITY;
    const seconds = Math.min(machine.timeoutSeconds ?? limit, limit);
    if (Number.isFinite(seconds)) this.#limit(running, seconds);
    void this.#follow(running).finally(() => {
      running.stopTimer();
      this.#running.delete(identity.arn);
      this.#deletion.executionEnded(identity.machineArn);
      resolve();
    });
    return running;
  }

  async #follow(running: Running): Promise<void> {
    const { execution, machine, thread } = running;
    try {
      const output = await runFlow(machine.flow, execution.input, thread);
      const text = jsonText(output);
      if (exceedsPayload(text)) throw new StateFailure(ErrorName.dataLimitExceeded, undefined);
      this.#finish(running, { status: 'SUCCEEDED', output: text });
    } catch (error) {
      if (error instanceof Cancelled) return;
      // Anything but a StateFailure is a fault of the engine: the execution fails, so that no client waits for ever.
      const failure =
        error instanceof StateFailure
          ? error
          : new StateFailure(ErrorName.runtime, `Internal error: ${error}`);
      thread.end({ failure: failure.details });
      this.#finish(running, { status: 'FAILED', ...failure.details });
    }
  }

  #limit(running: Running, seconds: number): void {
    const { execution } = running;
    const { startedAt, redrivenAt = startedAt } = execution.identity;
    running.stopTimer = this.#environment.clock.schedule(redrivenAt + seconds * 1000, () => {
      // A Standard execution has the error in its history alone (as read off AWS).
      const error = execution.identity.type === 'EXPRESS' && { error: ErrorName.timeout };
      this.#finish(running, { status: 'TIMED_OUT', ...error }, ErrorName.timeout);
      execution.cancellation.cancel();
    });
  }

  #finish(
    { execution, thread }: Running,
    result: Omit<ExecutionEnd, 'stoppedAt'>,
    errorOfEvent = result.error,
  ): void {
    if (execution.end) return;
    const end = { ...result, stoppedAt: this.#environment.clock.now() };
    recordEnd(execution, thread.previousEventId, end, errorOfEvent);
    execution.finish(end);
    this.#emitStatus(execution);
  }

  #emitStatus(execution: Execution): void {
    const { type, mapRun } = execution.identity;
    if (type === 'EXPRESS' || mapRun !== undefined) return;
    const { end, identity } = execution;
    const status = { ...identity, status: 'RUNNING' as const, stoppedAt: undefined, ...end };
    const event = statusChangeEvent(this.#options.scope, status);
    if (this.#options.wantsStatus(event)) execution.emit(JSON.stringify(event));
  }
}
