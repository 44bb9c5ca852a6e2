// Every behaviour of AWS that the emitted definitions and the code rely on and that no API's model says:
// docs/aws-assumptions.md is made of it, and `npm run verify:account` runs the checks that it names.
import type { Assumption } from './assumption.ts';
import type { CheckId } from './checks.ts';
import { otherServices } from './other-services.ts';
import { stateLanguage } from './state-language.ts';
import { stepFunctions } from './step-functions.ts';

export const assumptions: readonly Assumption[] = [...stateLanguage, ...stepFunctions, ...otherServices];

/** What relies on a check's outcome. */
export function checkedBy(id: CheckId): readonly Assumption[] {
  return assumptions.filter(({ check }) => check === id);
}
