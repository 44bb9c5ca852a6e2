// Stops what is under way: an execution, a branch of a Parallel, the iterations of a Map.

/** Thrown out of everything that waits when its cancellation is called. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** A tree: cancelling one cancels all below it. Lighter than AbortSignal.any, one a flow of states. */
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

  /** Lets go of the parent when there is nothing left to cancel. */
  release(): void {
    if (this.#parent) this.#parent.#callbacks.delete(this.cancel);
    this.#callbacks.clear();
  }

  throwIfCancelled(): void {
    if (this.#cancelled) throw new Cancelled();
  }

  /** A promise that `start` settles, or that rejects with Cancelled; `start` returns what undoes it. */
  race<T>(start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#cancelled) return reject(new Cancelled());
      let undo = (): void => {};
      const cancel = () => {
        undo();
        reject(new Cancelled());
      };
      const settle =
        <V>(with_: (value: V) => void) =>
        (value: V) => {
          this.#callbacks.delete(cancel);
          with_(value);
        };
      this.#callbacks.add(cancel);
      undo = start(settle(resolve), settle(reject));
    });
  }
}
