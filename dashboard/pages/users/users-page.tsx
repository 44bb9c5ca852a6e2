// The users, for admins: invite, role, disable and enable, reset.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { Page } from '../../frame/page.tsx';
import { useSession } from '../../session/session.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { UserRow } from './user-row.tsx';
import css from './users.module.css';

export default function UsersPage() {
  const { role } = useSession();
  const isAdmin = role === 'admin';
  const [isInviting, setInviting] = useState(false);
  return (
    <Page
      title="Users"
      actions={
        <Button kind="primary" disabled={!isAdmin} onClick={() => setInviting(true)}>
          Invite a user
        </Button>
      }
    >
      {isAdmin ? (
        <Users isInviting={isInviting} onInvited={() => setInviting(false)} />
      ) : (
        <EmptyState title="Users are managed by admins">
          You are logged in as {role || 'nobody'}. An admin can see who there is, invite people and give
          roles.
        </EmptyState>
      )}
    </Page>
  );
}

interface UsersProps {
  readonly isInviting: boolean;
  onInvited(): void;
}

function Users({ isInviting, onInvited }: UsersProps) {
  const { user: me } = useSession();
  const users = useInfiniteQuery({
    queryKey: ['users'],
    initialPageParam: undefined as string | undefined,
    refetchOnWindowFocus: 'always',
    queryFn: async ({ pageParam, signal }) =>
      (await request('GET /users', { query: { limit: 60, cursor: pageParam } }, { signal })).body,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  return (
    <>
      <Loaded query={users} label="Users are loading" rows={5}>
        {({ pages }) => (
          <ul className={css['list']} aria-label="Users">
            {pages
              .flatMap(({ items }) => items)
              .map((user) => (
                <li key={user.id}>
                  <UserRow user={user} isMe={user.id === me} onChange={users.refetch} />
                </li>
              ))}
          </ul>
        )}
      </Loaded>
      {users.hasNextPage && (
        <div>
          <Button busy={users.isFetchingNextPage} onClick={() => void users.fetchNextPage()}>
            Show more users
          </Button>
        </div>
      )}
      <InviteDialog open={isInviting} onClose={onInvited} onInvited={users.refetch} />
    </>
  );
}
