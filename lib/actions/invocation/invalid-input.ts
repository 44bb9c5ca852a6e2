// The errors of what an action was given: every place named, no value repeated.
import type * as z from 'zod';
import { InvalidInput } from '../../errors.ts';
import { pointerTo } from '../../json-pointer.ts';
import { zodWords } from '../../plain-words.ts';

/** More mistakes than these are only counted. */
const MAX_NAMED = 20;

/** Names each place that does not fit its schema, with a JSON pointer (RFC 6901). */
export function invalidInput(what: string, error: z.ZodError): InvalidInput {
  const issues = error.issues.map((issue) => {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    return `${pointer(path)}: ${zodWords(issue)}`;
  });
  const more = issues.length > MAX_NAMED ? [`and ${issues.length - MAX_NAMED} more`] : [];
  return new InvalidInput(`${what} is invalid. ${[...issues.slice(0, MAX_NAMED), ...more].join('; ')}`);
}

/** Text that no provider could be sent. */
export function illFormedInput(path: readonly string[]): InvalidInput {
  return new InvalidInput(
    `The input is invalid. ${pointer(path)}: must be Unicode text, and holds half of a surrogate pair`,
  );
}

/** A JSON pointer for people. */
function pointer(path: readonly PropertyKey[]): string {
  return pointerTo('', ...path) || '(whole)';
}
