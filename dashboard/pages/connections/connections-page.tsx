// The accounts that workflows use: what each may do, who uses it, whether it still works; connect, test, replace, delete.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { firstPages } from '../../api/first-pages.ts';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { Page } from '../../frame/page.tsx';
import { useSearch } from '../../frame/router.tsx';
import { text } from '../../frame/search.ts';
import { useSession } from '../../session/session.tsx';
import { ConnectDialog } from './connect-dialog.tsx';
import { ConnectionRow } from './connection-row.tsx';
import { nameOf } from './connection-words.ts';
import css from './connections.module.css';
import { ReconnectBanner } from './reconnect-banner.tsx';

export default function ConnectionsPage() {
  const { role } = useSession();
  const isAdmin = role === 'admin';
  const [isConnecting, setConnecting] = useState(false);
  return (
    <Page
      title="Connections"
      actions={
        <Button
          kind="primary"
          disabled={!isAdmin}
          title={isAdmin ? undefined : 'Accounts are connected by admins'}
          onClick={() => setConnecting(true)}
        >
          Connect an account
        </Button>
      }
    >
      {isAdmin || role === 'editor' ? (
        <Connections isAdmin={isAdmin} isConnecting={isConnecting} onConnected={() => setConnecting(false)} />
      ) : (
        <EmptyState title="Connections are for those who build workflows">
          You are logged in as {role || 'nobody'}. Editors see which accounts there are; admins connect them.
        </EmptyState>
      )}
    </Page>
  );
}

/** `connected`: the provider has led back here; `scope`: what an action lacks, which a link asks to add. */
const search = { connection: text, connected: text, scope: text };

interface ConnectionsProps {
  readonly isAdmin: boolean;
  readonly isConnecting: boolean;
  onConnected(): void;
}

function Connections({ isAdmin, isConnecting, onConnected }: ConnectionsProps) {
  const [pages, setPages] = useState(1);
  const [{ connection: meant, connected, scope }, choose] = useSearch(search);
  const connections = useQuery({
    queryKey: ['connections', pages],
    refetchOnWindowFocus: 'always',
    queryFn: ({ signal }) =>
      firstPages(pages, (cursor) =>
        request('GET /connections', { query: { limit: 100, cursor } }, { signal }),
      ),
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    if (connected === '') return;
    showToast({ text: `${meant} is connected`, kind: 'done' });
    choose({ connected: '' });
  }, [connected, meant, choose]);
  return (
    <>
      <Loaded query={connections} label="Connections are loading" rows={4}>
        {({ items, hasMore }) => (
          <>
            {items.length === 0 && (
              <EmptyState title="No account is connected yet">
                Steps of workflows name a connection, or use the one called <code>default</code>. Its
                credentials are tried at the provider, stored encrypted, and shown to nobody again.
              </EmptyState>
            )}
            <ReconnectBanner connections={items} />
            <ul aria-label="Connections" className={css['list']}>
              {items.map((connection) => (
                <li key={nameOf(connection)}>
                  <ConnectionRow
                    connection={connection}
                    isAdmin={isAdmin}
                    isMeant={nameOf(connection) === meant}
                    wanted={nameOf(connection) === meant ? scope : ''}
                    onChange={connections.refetch}
                  />
                </li>
              ))}
            </ul>
            {hasMore && (
              <div>
                <Button busy={connections.isPlaceholderData} onClick={() => setPages(pages + 1)}>
                  Show more connections
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
      <ConnectDialog
        open={isConnecting}
        taken={connections.data?.items.map(nameOf) ?? []}
        onClose={onConnected}
        onDone={connections.refetch}
      />
    </>
  );
}
