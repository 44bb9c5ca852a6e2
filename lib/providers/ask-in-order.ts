// Asks models in order, the next one when one is rate limited or does not answer.
import { ProviderUnavailable, RateLimited } from '../errors.ts';

interface Patience {
  readonly signal: AbortSignal;
  /** How long the whole call can take still. */
  remainingMs(): number;
}

/**
 * What the first model gives that answers. Each but the last has at most its share of the time that is left, so that one
 * that hangs leaves time to ask the others.
 * @throws of one model its own error; of several RateLimited when all are, with the shortest of their waits, and else
 *   ProviderUnavailable: another call asks all of them again. Any other error at once, since it is the request's
 */
export async function askInOrder<Answer>(
  models: readonly string[],
  { signal, remainingMs }: Patience,
  ask: (model: string, signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const failures: { readonly model: string; readonly error: RateLimited | ProviderUnavailable }[] = [];
  for (const [index, model] of models.entries()) {
    const left = models.length - index;
    const share =
      left === 1 ? signal : AbortSignal.any([signal, AbortSignal.timeout(Math.floor(remainingMs() / left))]);
    try {
      return await ask(model, share);
    } catch (error) {
      const isPassing = error instanceof RateLimited || error instanceof ProviderUnavailable;
      if (models.length === 1 || !isPassing || signal.aborted) throw error;
      failures.push({ model, error });
    }
  }
  const message = `No model answered. ${failures.map(({ model, error }) => `${model}: ${error.message}`).join('; ')}`;
  const limits = failures.flatMap(({ error }) => (error instanceof RateLimited ? [error] : []));
  if (limits.length < failures.length) throw new ProviderUnavailable(message);
  const waits = limits.flatMap(({ retryAfterSeconds }) => retryAfterSeconds ?? []);
  throw new RateLimited(message, waits.length > 0 ? Math.min(...waits) : undefined);
}
