// DeleteStateMachine: a state machine is deleted at once, or when the last of its executions has ended.
import type { Journal } from '../runtime/execution.ts';
import type { StateMachineStore } from '../store/state-machines.ts';

/** When the disk refuses a deletion, it is tried again after this long. */
const RETRY_MS = 1000;

export class StateMachineDeletion {
  readonly #store: StateMachineStore;
  readonly #journal: Journal;
  readonly #onFault: (error: unknown) => void;
  readonly #deleting = new Set<string>();
  #closed = false;

  /** `onFault` gets what the store threw when it could not delete. */
  constructor(store: StateMachineStore, journal: Journal, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#journal = journal;
    this.#onFault = onFault;
  }

  /** Takes up the deletions that a restart has interrupted. */
  resume(): void {
    for (const arn of this.#store.deleting()) this.#deleting.add(arn);
    this.#deleteUnused();
  }

  async request(machineArn: string): Promise<void> {
    this.#store.markDeleting(machineArn);
    this.#deleting.add(machineArn);
    // Executions that were started in this turn of the event loop count too.
    await this.#journal.committed();
    this.#deleteUnused();
  }

  /** To be called when an execution of the state machine has ended. */
  executionEnded(machineArn: string): void {
    if (this.#deleting.has(machineArn)) void this.#journal.committed().then(this.#deleteUnused);
  }

  close(): void {
    this.#closed = true;
  }

  readonly #deleteUnused = (): void => {
    if (this.#closed) return;
    try {
      for (const arn of this.#store.deletable()) {
        this.#store.delete(arn);
        this.#deleting.delete(arn);
      }
    } catch (error) {
      this.#onFault(error);
      setTimeout(this.#deleteUnused, RETRY_MS).unref();
    }
  };
}
