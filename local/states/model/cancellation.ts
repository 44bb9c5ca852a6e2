// Cancels what is under way: an execution, the branches of a Parallel, the iterations of a Map, a call.

/** Thrown by everything that waits when it is cancelled. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** A tree: cancelling one cancels its descendants. Lighter than AbortSignal.any, as each Task and Parallel has one. */
export class Cancellation {
  readonly #parent: Cancellation | undefined;
  readonly #callbacks = new Set<() => void>();
  #cancelled = false;

  constructor(parent?: Cancellation) {
    this.#parent = parent;
    if (!parent) return;
    if (parent.cancelled) this.#cancelled = true;
    else parent.#callbacks.add(this.cancel);
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  readonly cancel = (): void => {
    if (this.#cancelled) return;
    this.#cancelled = true;
    const callbacks = [...this.#callbacks];
    this.release();
    for (const callback of callbacks) callback();
  };

  /** Detaches it from its parent; to be called when there is nothing left to cancel. */
  release(): void {
    if (this.#parent) this.#parent.#callbacks.delete(this.cancel);
    this.#callbacks.clear();
  }

  throwIfCancelled(): void {
    if (this.#cancelled) throw new Cancelled();
  }

  /** A promise that `start` resolves or rejects, or that rejects with Cancelled. `start` returns how to stop its work. */
  race<T>(start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#cancelled) return reject(new Cancelled());
      let stop = (): void => {};
      const cancel = () => {
        stop();
        reject(new Cancelled());
      };
      const releasing =
        <V>(callback: (value: V) => void) =>
        (value: V) => {
          this.#callbacks.delete(cancel);
          callback(value);
        };
      this.#callbacks.add(cancel);
      stop = start(releasing(resolve), releasing(reject));
    });
  }
}
