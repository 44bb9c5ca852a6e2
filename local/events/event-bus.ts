// EventBridge's default bus on a laptop: rules with event patterns, and the Lambdas that they call.
import { setTimeout as sleep } from 'node:timers/promises';
import { matchesPattern, type Pattern } from './event-pattern.ts';

export interface EventRule {
  readonly name: string;
  readonly pattern: Pattern;
  /** The Lambdas that get each matching event. */
  readonly functionNames: readonly string[];
}

export interface EventBusOptions {
  readonly rules: readonly EventRule[];
  /** Invokes a Lambda with JSON text. */
  readonly invoke: (functionName: string, payload: string) => Promise<{ readonly functionError?: string }>;
  /** Pauses before each retry of a failed call. */
  readonly retryDelaysMs?: readonly number[];
}

export interface EventBus {
  /**
   * Delivers an event to the targets of every rule that matches it, and resolves when each has taken it.
   * @throws DeliveryFailed when a target failed at every attempt, or the bus was closed in the meantime
   */
  put(event: object): Promise<void>;
  /** Whether any rule matches the event. */
  matches(event: object): boolean;
  /** Ends the pauses between attempts; calls in progress finish. */
  close(): Promise<void>;
}

/** A target did not take an event. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
}

export function createEventBus(options: EventBusOptions): EventBus {
  const { rules, invoke, retryDelaysMs = [200, 1_000, 5_000] } = options;
  const closing = new AbortController();
  const inFlight = new Set<Promise<void>>();

  async function deliver(rule: string, functionName: string, payload: string): Promise<void> {
    let failure: unknown;
    for (const delay of [0, ...retryDelaysMs]) {
      if (delay > 0) await sleep(delay, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) break;
      try {
        const { functionError } = await invoke(functionName, payload);
        if (functionError === undefined) return;
        failure = new Error(`The function answered an error: ${functionError}`);
      } catch (error) {
        failure = error;
      }
    }
    throw new DeliveryFailed(`Rule ${rule}: ${functionName} did not take the event`, { cause: failure });
  }

  return {
    matches: (event) => rules.some((rule) => matchesPattern(rule.pattern, event)),

    async put(event) {
      const payload = JSON.stringify(event);
      const deliveries = rules
        .filter((rule) => matchesPattern(rule.pattern, event))
        .flatMap((rule) =>
          rule.functionNames.map((functionName) => deliver(rule.name, functionName, payload)),
        );
      for (const delivery of deliveries) {
        const finished = delivery.catch(() => {}).finally(() => inFlight.delete(finished));
        inFlight.add(finished);
      }
      // Waits for all, so that after a failure nothing is still being delivered.
      const failed = (await Promise.allSettled(deliveries)).find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },

    async close() {
      closing.abort();
      await Promise.all(inFlight);
    },
  };
}
