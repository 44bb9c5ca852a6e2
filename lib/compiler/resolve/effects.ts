// Calls with an effect, which must not take place twice.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import { resolveValue, type Value } from '../expressions/value.ts';
import { callIdOf } from './call-id.ts';
import type { Place, ResolveContext } from './context.ts';

export function hasEffect(id: string, actions: ReadonlyMap<string, CatalogueAction>): boolean {
  return (actions.get(id)?.effect ?? 'read') !== 'read';
}

/** The `callId` of a step whose calls have an effect. */
export function withCallId(
  pointer: string,
  { scope }: Place,
  { report }: Pick<ResolveContext, 'report'>,
): { readonly callId?: Value } {
  const callId = callIdOf(scope);
  return callId === undefined ? {} : { callId: resolveValue(callId, pointer, scope, report) };
}
