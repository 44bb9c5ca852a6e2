// What an action does outside, and by which means a call of one that writes takes effect once however often it is made.
import { isObject } from './json.ts';

/**
 * From the strongest means to the weakest; an action uses the strongest that its provider has.
 * - `native`: the provider itself makes a second call harmless: it sets what is there to what is asked for, compares what it
 *   has with what the caller saw, or refuses what exists already. Two calls at the same moment do no harm either.
 * - `marker`: the call's key is left with what is made, and a further try looks for it first.
 * - `record`: a record of the call is written before it is made and completed after it. A further try that finds it
 *   incomplete does not know whether the call took effect (OutcomeUnknown).
 */
export const onceMeans = ['native', 'marker', 'record'] as const;
export type OnceMeans = (typeof onceMeans)[number];

/** An action that writes must say what makes it happen once. */
export type ActionEffect =
  | { readonly effect: 'read'; readonly once?: undefined; readonly reads_when?: undefined }
  | {
      readonly effect: 'write';
      readonly once: OnceMeans;
      /** Parameters by name, with the values with which nothing outside changes. */
      readonly reads_when?: Readonly<Record<string, readonly string[]>> | undefined;
    };

/** Whether a call changes something outside, as far as its parameters are known: an expression may be anything. */
export function isWrite(
  action: ActionEffect & {
    readonly input: { readonly properties?: Readonly<Record<string, { readonly default?: unknown }>> };
  },
  params: unknown,
): boolean {
  if (action.effect === 'read') return false;
  return !Object.entries(action.reads_when ?? {}).some(([name, values]) => {
    const given = isObject(params) ? params[name] : undefined;
    return values.some((value) => value === (given ?? action.input.properties?.[name]?.default));
  });
}

/** After these errors, by name, a call certainly had no effect. */
const WITHOUT_EFFECT: readonly string[] = [
  'RateLimited',
  'Unauthorized',
  'NotFound',
  'InvalidInput',
  'InvalidModelOutput',
  'Conflict',
  'LargeValueExpired',
  'ConnectionInvalid',
  'ConnectionExpired',
  'ConfigurationError',
];

/** Whether a call that ended with an error surely had no effect at the provider. */
export function hadNoEffect(error: { readonly name: string; readonly unsent?: unknown }): boolean {
  return WITHOUT_EFFECT.includes(error.name) || error.unsent === true;
}

/** Whether a further try of a call has to know of earlier ones, and may do harm while one of them is still at work. */
export function heedsEarlierTries({ once }: { readonly once?: OnceMeans | undefined }): boolean {
  return once === 'marker' || once === 'record';
}
