// Who is logged in, how the page looks, and the way out.

import { useSyncExternalStore } from 'react';
import User from '../design-system/icons/circle-user-round.ts';
import { Menu } from '../design-system/menu.tsx';
import { useSession } from '../session/session.tsx';
import { chooseTheme, chosenTheme, onTheme, type Theme, themes } from './theme.ts';
import css from './user-menu.module.css';

const names: Readonly<Record<Theme, string>> = {
  system: 'Light or dark as the system',
  light: 'Light',
  dark: 'Dark',
};

const reference = (
  <a href="/docs" target="_blank" rel="noopener">
    API reference
  </a>
);

export function UserMenu() {
  const { user, role, logOut } = useSession();
  const theme = useSyncExternalStore(onTheme, chosenTheme);
  const looks = themes.map((each) => ({
    label: names[each],
    chosen: each === theme,
    act: () => chooseTheme(each),
  }));
  return (
    <Menu
      trigger={{
        className: css['trigger'],
        'aria-label': `${user}, ${role}: account and looks`,
        children: (
          <>
            <User size={18} aria-hidden="true" />
            <span className={css['name']}>
              {user} · {role}
            </span>
          </>
        ),
      }}
      entries={[
        ...looks,
        { label: 'API reference', link: reference, separated: true },
        { label: 'Log out', act: logOut },
      ]}
    />
  );
}
