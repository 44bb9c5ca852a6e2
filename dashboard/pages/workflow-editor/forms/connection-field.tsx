// Which account a step acts with: one of those that are connected at its provider.
import { useQuery } from '@tanstack/react-query';
import { request } from '../../../api/request.ts';
import { SelectField } from '../../../design-system/field.tsx';
import { Link } from '../../../frame/router.tsx';
import { useSession } from '../../../session/session.tsx';
import { providerName } from '../../../workflow/provider-name.ts';

interface ConnectionFieldProps {
  /** Of the connection: `google` */
  readonly provider: string;
  readonly value: unknown;
  readonly error: string | undefined;
  change(id: string | undefined): void;
}

/** Used where a step names none. */
const USUAL = 'default';

export function ConnectionField({ provider, value, error, change }: ConnectionFieldProps) {
  const { role } = useSession();
  const { data } = useQuery({
    queryKey: ['connections', 'to choose from'],
    enabled: role === 'editor' || role === 'admin',
    queryFn: ({ signal }) => request('GET /connections', { query: { limit: 100 } }, { signal }),
  });
  const known = data?.body.items.filter((connection) => connection.provider === provider);
  const chosen = typeof value === 'string' && value !== '' ? value : USUAL;
  const ids = [...new Set([USUAL, ...(known?.map(({ id }) => id) ?? []), chosen])];
  const nameOf = (id: string): string => {
    const connection = known?.find((one) => one.id === id);
    if (!connection) return known ? `${id} · not connected` : id;
    const { label, account, status } = connection;
    const again = status === 'needs_reconnect' ? 'has to be connected again' : undefined;
    return [id, label ?? account, again].filter(Boolean).join(' · ');
  };
  return (
    <SelectField
      label="connection"
      hint={
        <>
          The account at {providerName(provider)} that it acts with.{' '}
          {known && !known.some(({ id }) => id === chosen) && (
            <Link to="/connections">Connect an account</Link>
          )}
        </>
      }
      error={error}
      options={ids.map((id) => ({ value: id, label: nameOf(id) }))}
      value={chosen}
      onChange={({ target }) => change(target.value === USUAL ? undefined : target.value)}
    />
  );
}
