// A connection that a workflow's runs read.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import { pointerTo } from '../../json-pointer.ts';

export interface UsedConnection {
  readonly provider: string;
  readonly id: string;
  /** The action that reads it, when that needs one of some OAuth scopes. */
  readonly needs?: { readonly action: string; readonly scopes: readonly string[] };
  /** Where the document asks for it. */
  readonly pointer: string;
}

/**
 * The connection of a call.
 * @param action undefined when there is none of that name
 * @param id `default` when left out, or none
 * @param pointer of what may have the key `connection`
 * @param keys in it, down to what asks for the action
 */
export function usedBy(
  action: CatalogueAction | undefined,
  id: string | undefined,
  pointer: string,
  ...keys: readonly string[]
): UsedConnection[] {
  if (!action || (id === undefined && action.connection.optional)) return [];
  const place = id === undefined ? pointerTo(pointer, ...keys) : pointerTo(pointer, 'connection');
  const { provider, scopes } = action.connection;
  const needs = scopes && { needs: { action: action.id, scopes } };
  return [{ provider, id: id ?? 'default', ...needs, pointer: place }];
}
