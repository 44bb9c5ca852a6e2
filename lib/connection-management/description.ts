// What is known of a connection: the description of its parameter's present version, and what the API shows of it.
import type { Catalogue } from '../actions/catalogue.ts';
import type { ConnectionProvider } from '../connections/credentials.ts';
import type { ConnectionName, ParameterInfo } from '../connections/parameters.ts';
import type { ConnectionView } from '../schemas/connections.ts';
import type { ConnectionDescription, ConnectionDocument } from '../stores/connections.ts';
import type { Tried } from './try-credentials.ts';

export interface ManagedName extends ConnectionName {
  readonly provider: ConnectionProvider;
}

/** A connection as it is now. */
export interface Managed {
  readonly name: ManagedName;
  /** Of its parameter: the secret and what is told of it change only with it. */
  readonly version: number;
  readonly description: ConnectionDescription;
}

/** The description of a parameter's version; of one that was written by hand there is none. */
export function descriptionOf(
  { version, modified }: ParameterInfo,
  document: ConnectionDocument | undefined,
): ConnectionDescription {
  const known = document?.versions[version];
  if (known) return known;
  return {
    label: null,
    owner: null,
    source: 'parameter',
    account: null,
    base_url: null,
    scopes: null,
    workflows: null,
    status: 'untested',
    tested_at: null,
    last_failure: null,
    created_at: null,
    updated_at: modified.toISOString(),
    updated_by: null,
  };
}

/** The fields that follow from a trial. */
export function triedFields({ account, scopes, taken }: Tried, at: string) {
  return {
    account,
    scopes: scopes === null ? null : [...scopes],
    status: taken ? ('connected' as const) : ('untested' as const),
    tested_at: taken ? at : null,
    last_failure: null,
  };
}

export function connectionView(
  { name: { provider, id }, version, description }: Managed,
  catalogue: Catalogue,
  usedBy: readonly string[],
): ConnectionView {
  return {
    provider,
    id,
    version,
    ...description,
    missing: missingScopes(provider, description.scopes, catalogue),
    used_by: [...usedBy],
  };
}

/** The actions of a provider that need a scope which the connection lacks; none when its scopes are not known. */
export function missingScopes(
  provider: string,
  scopes: readonly string[] | null,
  catalogue: Catalogue,
): ConnectionView['missing'] {
  if (scopes === null) return [];
  return catalogue.flatMap(({ id, connection }) => {
    const { scopes: needed = [] } = connection;
    const lacks = connection.provider === provider && needed.length > 0;
    if (!lacks || needed.some((scope) => scopes.includes(scope))) return [];
    return [{ action: id, any_of: [...needed] }];
  });
}
