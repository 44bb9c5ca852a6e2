// Runs executions: starts them, ends them, and goes on with them after a restart.
import { type Place, versionArn } from './arns.ts';
import { Cancelled } from './cancellation.ts';
import { ChildExecutions } from './child-executions.ts';
import { compileStateMachine, type StateMachine } from './definition.ts';
import { ErrorName, StateFailure } from './errors.ts';
import { type Environment, Execution, type ExecutionEnd, type Journal } from './execution.ts';
import { runFlow } from './flow.ts';
import { failureDetails, type HistoryEvent, inputDetails, outputDetails } from './history.ts';
import { exceedsPayload } from './json.ts';
import { startExecution } from './start-execution.ts';
import { statusChangeEvent } from './status-event.ts';
import type { ExecutionRow, NewExecution } from './store/executions.ts';
import type { Revision, StateMachineRow } from './store/state-machines.ts';
import type { Store } from './store/store.ts';
import { Thread } from './thread.ts';

/** Compiled state machines kept, the ones used last. */
const KEPT_MACHINES = 500;

const NOWHERE: Journal = { touch: () => {}, committed: () => Promise.resolve(), flush: () => {} };

interface Running {
  readonly execution: Execution;
  readonly thread: Thread;
  /** Resolves when the execution has ended. */
  readonly done: Promise<void>;
  stopTimer: () => void;
}

export class Engine {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #environment: Environment;
  /** Map Runs under way. */
  readonly mapRuns: ChildExecutions;
  readonly #place: Place;
  readonly #emitsStatus: boolean;
  readonly #running = new Map<string, Running>();
  readonly #compiled = new Map<number, StateMachine>();
  readonly #deleting = new Set<string>();
  readonly #resumed = Promise.withResolvers<void>();
  #closed = false;

  constructor(
    store: Store,
    journal: Journal,
    environment: Omit<Environment, 'executions' | 'mapRuns'>,
    options: { readonly place: Place; readonly emitsStatus: boolean },
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
        ended: (arn) => this.#ended(arn),
        stop: (arn) => this.stop(arn, undefined, undefined),
      },
    };
    this.#place = options.place;
    this.#emitsStatus = options.emitsStatus;
  }

  get environment(): Environment {
    return this.#environment;
  }

  /** Starts an execution; resolves when it is in the store. */
  async start(machine: StateMachineRow, revision: Revision, start: NewExecution): Promise<void> {
    const compiled = this.#compile(revision);
    const id = this.#store.executions.insert(start);
    this.#run(this.#execution({ id, ...start }, machine.name, revision, compiled, this.#journal));
    await this.#journal.committed();
  }

  /** Starts an Express execution, which is not stored. The promise is of its end. */
  async startExpress(
    machine: StateMachineRow,
    revision: Revision,
    start: NewExecution,
  ): Promise<ExecutionEnd> {
    const compiled = this.#compile(revision);
    const execution = this.#execution(
      { id: 0, ...start },
      machine.name,
      revision,
      compiled,
      NOWHERE,
      'EXPRESS',
    );
    const { done } = this.#run(execution);
    await done;
    if (!execution.end) throw new Cancelled();
    return execution.end;
  }

  /** Ends an execution as StopExecution does; nothing when it has ended. */
  stop(arn: string, error: string | undefined, cause: string | undefined): void {
    const running = this.#running.get(arn);
    if (!running) return;
    this.#finish(running, { status: 'ABORTED', ...given(error, cause) }, 'ExecutionAborted');
    running.execution.cancellation.cancel();
  }

  /** Goes on with everything that was running when the engine was last stopped. */
  resume(): void {
    const running = this.#store.executions.running();
    this.mapRuns.abortOrphans(running);
    for (const row of running) {
      const revision = this.#store.stateMachines.revision(row.revision);
      if (!revision) continue;
      const name = row.machineArn.split(':').at(-1) ?? '';
      const execution = this.#execution(row, name, revision, this.#compile(revision), this.#journal);
      execution.checkpoint = row.checkpoint;
      this.#run(execution);
    }
    for (const arn of this.#store.stateMachines.deleting()) this.delete(arn);
    this.#resumed.resolve();
  }

  /** Deletes a state machine once none of its executions runs. */
  delete(machineArn: string): void {
    this.#deleting.add(machineArn);
    this.#store.stateMachines.markDeleting(machineArn);
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
    this.#journal.flush();
    return this.#store.executions.find(arn);
  }

  #compile(revision: Revision): StateMachine {
    const known = this.#compiled.get(revision.id);
    const compiled = known ?? compileStateMachine(revision.definition, this.#environment);
    // A Map keeps the order of insertion: the last used stands last.
    this.#compiled.delete(revision.id);
    this.#compiled.set(revision.id, compiled);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > KEPT_MACHINES && oldest !== undefined) this.#compiled.delete(oldest);
    return compiled;
  }

  #execution(
    row: Pick<
      ExecutionRow,
      'id' | 'arn' | 'name' | 'machineArn' | 'version' | 'alias' | 'input' | 'startedAt'
    > & {
      readonly lastEventId?: number;
    },
    machineName: string,
    revision: Revision,
    machine: StateMachine,
    journal: Journal,
    type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
  ): Execution {
    const { id, arn, name, machineArn, version, alias, input, startedAt } = row;
    const identity = {
      ...{ id, arn, name, machineArn, machineName, input, startedAt, type, version, alias },
      roleArn: revision.roleArn,
      revision: revision.id,
    };
    return new Execution(identity, machine, this.#environment, journal, row.lastEventId);
  }

  #run(execution: Execution): Running {
    const { identity, machine, checkpoint } = execution;
    const thread = Thread.ofExecution(execution, checkpoint?.variables, checkpoint?.previousEventId);
    if (execution.lastEventId === 0) {
      const { input, roleArn, version, alias, machineArn } = identity;
      execution.record(0, 'ExecutionStarted', {
        executionStartedEventDetails: {
          ...inputDetails(input),
          roleArn,
          ...(version !== undefined && { stateMachineVersionArn: versionArn(machineArn, version) }),
          ...(alias !== undefined && { stateMachineAliasArn: alias }),
        },
      });
      this.#emitStatus(execution);
    }
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const running: Running = { execution, thread, done, stopTimer: () => {} };
    this.#running.set(identity.arn, running);
    if (machine.timeoutSeconds !== undefined) this.#limit(running, machine.timeoutSeconds);
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
      const output = await runFlow(execution.machine.flow, execution.input, thread, execution.checkpoint);
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
      const { error: name, causeText } = failure;
      this.#finish(running, { status: 'FAILED', ...given(name, causeText) }, 'ExecutionFailed');
    }
  }

  #limit(running: Running, seconds: number): void {
    const { execution } = running;
    running.stopTimer = this.#environment.clock.schedule(
      execution.identity.startedAt + seconds * 1000,
      () => {
        this.#finish(running, { status: 'TIMED_OUT', error: ErrorName.timeout }, 'ExecutionTimedOut');
        execution.cancellation.cancel();
      },
    );
  }

  #finish(
    { execution, thread }: Running,
    end: Omit<ExecutionEnd, 'stoppedAt'>,
    type: HistoryEvent['type'],
  ): void {
    if (execution.end) return;
    const details = `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
    const content =
      end.output === undefined
        ? failureDetails({ error: end.error, causeText: end.cause })
        : outputDetails(end.output);
    execution.record(thread.previousEventId, type, { [details]: content });
    execution.end = { ...end, stoppedAt: this.#environment.clock.now() };
    execution.checkpoint = undefined;
    this.#emitStatus(execution);
  }

  #emitStatus(execution: Execution): void {
    const { type, mapRun } = execution.identity;
    if (!this.#emitsStatus || type === 'EXPRESS' || mapRun !== undefined) return;
    const { end, identity } = execution;
    const status = { ...identity, status: 'RUNNING' as const, stoppedAt: undefined, ...end };
    execution.emit(JSON.stringify(statusChangeEvent(this.#place, status)));
  }

  /** State machines deleted while they had executions go with the last of them. */
  readonly #deleteEmptied = (): void => {
    if (this.#closed) return;
    for (const arn of this.#store.stateMachines.deletable()) {
      this.#store.stateMachines.delete(arn);
      this.#deleting.delete(arn);
    }
  };
}

const given = (error: string | undefined, cause: string | undefined) => ({
  ...(error !== undefined && { error }),
  ...(cause !== undefined && { cause }),
});
