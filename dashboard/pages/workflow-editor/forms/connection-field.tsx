// Which account a call acts with: one of those that are connected at its provider.
import { useQuery } from '@tanstack/react-query';
import { firstPages } from '../../../api/first-pages.ts';
import { request } from '../../../api/request.ts';
import { SelectField } from '../../../design-system/field.tsx';
import { Link } from '../../../frame/router.tsx';
import { useSession } from '../../../session/session.tsx';
import { providerName } from '../../../workflow/provider-name.ts';
import { type Caller, whyNotUsable } from './accounts.ts';

interface ConnectionFieldProps {
  readonly caller: Caller;
  readonly label: string;
  readonly value: unknown;
  readonly error: string | undefined;
  change(id: string | undefined): void;
}

export function ConnectionField({ caller, label, value, error, change }: ConnectionFieldProps) {
  const { provider } = caller;
  const usual = caller.usual ?? NONE;
  const known = useConnections()?.filter((connection) => connection.provider === provider);
  const chosen = typeof value === 'string' && value !== '' ? value : usual;
  const ids = [...new Set([usual, ...(known?.map(({ id }) => id) ?? []), chosen])];
  const stateOf = (id: string): { readonly name: string; readonly why: string | undefined } => {
    if (id === NONE) return { name: 'none', why: undefined };
    const connection = known?.find((one) => one.id === id);
    if (!connection) return { name: id, why: known && 'not connected' };
    const { label: called, account } = connection;
    return {
      name: [id, called ?? account].filter(Boolean).join(' · '),
      why: whyNotUsable(connection, caller),
    };
  };
  const isThere = known?.some(({ id }) => id === chosen);
  const what =
    provider === 'webhook'
      ? 'The secret that deliveries are signed with.'
      : `The account at ${providerName(provider)} that it acts with.`;
  return (
    <SelectField
      label={label}
      hint={
        <>
          {what}{' '}
          {stateOf(chosen).why !== undefined && (
            <Link to={addressOf(provider, chosen)}>
              {isThere ? `See ${provider}/${chosen}` : 'Connect an account'}
            </Link>
          )}
        </>
      }
      error={error}
      options={ids.map((id) => {
        const { name, why } = stateOf(id);
        return { value: id, label: [name, why].filter(Boolean).join(' · ') };
      })}
      value={chosen}
      onChange={({ target }) => change(target.value === usual ? undefined : target.value)}
    />
  );
}

/** No connection has this id. */
const NONE = '';

/** Where it is seen to. */
const addressOf = (provider: string, id: string): string =>
  `/connections?${new URLSearchParams({ connection: `${provider}/${id}` })}`;

/** All connections; undefined as long as they are not known, as to a viewer. */
function useConnections() {
  const { role } = useSession();
  const { data } = useQuery({
    queryKey: ['connections', 'to choose from'],
    enabled: role === 'editor' || role === 'admin',
    queryFn: ({ signal }) =>
      firstPages(Number.POSITIVE_INFINITY, (cursor) =>
        request('GET /connections', { query: { limit: 100, cursor } }, { signal }),
      ),
  });
  return data?.items;
}
