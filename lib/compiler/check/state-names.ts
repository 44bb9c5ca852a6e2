// The length of state names.
import { pointerTo } from '../../json-pointer.ts';
import type { Report } from '../problems/problem.ts';

/** Step Functions' limit for a state's name (API reference, StateEnteredEventDetails). */
const MAX_NAME_LENGTH = 80;

/**
 * Of steps whose states are named after more than their ids, which have at most 64 characters.
 * @param pointer the step's
 */
export function checkNames(names: readonly string[], pointer: string, report: Report): void {
  const tooLong = names.find(({ length }) => length > MAX_NAME_LENGTH);
  if (tooLong === undefined) return;
  report({
    code: 'invalid-id',
    pointer: pointerTo(pointer, 'id'),
    message: `A state of this step would be ${tooLong}, ${tooLong.length} characters long; a state's name has at most ${MAX_NAME_LENGTH}`,
    hint: 'Give the step a shorter id.',
  });
}
