// How long the last execution of each workflow took, which tells when to poll for the end of the next one.

/** Before the first poll, when nothing is known or the executions take longer. */
const FIRST_POLL_MS = 15;
/** How many workflows are remembered. */
const MAX_WORKFLOWS = 1000;

export class RecentDurations {
  readonly #lastMs = new Map<string, number>();

  /**
   * Milliseconds to wait before the first poll: none when the execution should have ended by the time that the call that
   * starts it returns.
   * @param callMs how long that call took
   */
  firstPollMs(workflowId: string, callMs: number): number {
    const last = this.#lastMs.get(workflowId);
    return last === undefined ? FIRST_POLL_MS : Math.min(Math.max(last - callMs, 0), FIRST_POLL_MS);
  }

  /** @param ms from its start to its end, as Step Functions reports them */
  record(workflowId: string, ms: number): void {
    this.#lastMs.delete(workflowId);
    this.#lastMs.set(workflowId, ms);
    const [oldest] = this.#lastMs.keys();
    if (this.#lastMs.size > MAX_WORKFLOWS && oldest !== undefined) this.#lastMs.delete(oldest);
  }
}
