// How long the last execution of each workflow took, which tells when it is worth looking for the end of the next one.

/** Before the first look, when nothing is known or the executions take longer. */
const FIRST_LOOK_MS = 15;
/** How many workflows are remembered. */
const MAX_WORKFLOWS = 1000;

export class Pace {
  readonly #lastMs = new Map<string, number>();

  /**
   * Milliseconds to wait before the first look. An execution that ends while the call that starts it is still being
   * answered is looked for at once.
   * @param callMs how long that call took
   */
  firstLook(workflowId: string, callMs: number): number {
    const last = this.#lastMs.get(workflowId);
    return last === undefined ? FIRST_LOOK_MS : Math.min(Math.max(last - callMs, 0), FIRST_LOOK_MS);
  }

  /** @param ms from its start to its end, as Step Functions has it */
  ended(workflowId: string, ms: number): void {
    this.#lastMs.delete(workflowId);
    this.#lastMs.set(workflowId, ms);
    const [oldest] = this.#lastMs.keys();
    if (this.#lastMs.size > MAX_WORKFLOWS && oldest !== undefined) this.#lastMs.delete(oldest);
  }
}
