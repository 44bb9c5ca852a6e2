// The part of an error that may leave the action: Lambda puts name, message and stack into the execution's history.
import * as z from 'zod';
import { redact } from './redact.ts';

/** A history event holds a Cause of 32,768 characters; a provider's message has no use beyond this. */
const MAX_MESSAGE = 4000;

/** The end of RateLimited's message, which retries read the delay from. */
const retryAfter = /(?: \(retry_after_seconds: \d+\))?$/;

/**
 * A copy of the error with its name and its message, redacted; without stack, cause and other properties. The message is
 * truncated here and nowhere earlier: half a secret would not be recognised.
 */
export function reportable(error: Error, secrets: Iterable<unknown>): Error {
  const message = redact(error.message, secrets);
  const [kept = ''] = retryAfter.exec(message) ?? [];
  const short =
    message.length > MAX_MESSAGE + kept.length ? `${message.slice(0, MAX_MESSAGE)}… (cut)${kept}` : message;
  const copy = new Error(short);
  copy.name = error.name;
  copy.stack = `${error.name}: ${short}`;
  return copy;
}

/**
 * Where an unexpected error and its causes came from, for the log: names and stack frames. No messages, since libraries
 * quote the offending values in theirs.
 */
export function codeFrames(error: unknown): string[] {
  const lines: string[] = [];
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
    // An output that does not fit its own schema: the paths are safe to log.
    const places =
      cause instanceof z.ZodError
        ? cause.issues.map(({ code, path }) => `${code} at /${path.join('/')}`)
        : [];
    lines.push(cause.name, ...places, ...frames.slice(0, 15));
  }
  return lines.length > 0 ? lines : [`thrown: ${typeof error}`];
}
