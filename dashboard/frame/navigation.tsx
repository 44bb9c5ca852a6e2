// The side with all pages; on a phone the bar below with those that one needs there, and a menu of the others.

import { useLocation } from 'wouter';
import More from '../design-system/icons/ellipsis.ts';
import { Menu } from '../design-system/menu.tsx';
import css from './navigation.module.css';
import type { PageEntry } from './pages.ts';
import { Link } from './router.tsx';

type Shown = PageEntry & { readonly navigation: NonNullable<PageEntry['navigation']> };

function isShown(entry: PageEntry): entry is Shown {
  return entry.navigation !== undefined;
}

/** Whether a path is of a page or of one below it. */
function isAt(location: string, path: string): boolean {
  return location === path || location.startsWith(`${path}/`);
}

export function Navigation({ pages }: { readonly pages: readonly PageEntry[] }) {
  const [location] = useLocation();
  const shown = pages.filter(isShown);
  const others = shown.filter(({ navigation }) => !navigation.phone);
  const isElsewhere = others.some(({ path }) => isAt(location, path));
  return (
    <nav className={css['side']} aria-label="Pages">
      <Link to="/" className={css['brand']}>
        AI-Orchestra
      </Link>
      <ul>
        {shown.map((entry) => (
          <li key={entry.path} data-phone={entry.navigation.phone}>
            <Link
              to={entry.path}
              className={css['entry']}
              aria-current={isAt(location, entry.path) ? 'page' : undefined}
            >
              <entry.navigation.icon size={18} aria-hidden="true" />
              <span>{entry.navigation.title}</span>
              {entry.navigation.count && <entry.navigation.count />}
            </Link>
          </li>
        ))}
        {others.length > 0 && (
          <li className={css['more']}>
            <Menu
              side="top"
              trigger={{
                className: [css['entry'], isElsewhere && css['current']].filter(Boolean).join(' '),
                children: (
                  <>
                    <More size={18} aria-hidden="true" />
                    <span>More</span>
                  </>
                ),
              }}
              entries={others.map(({ path, navigation }) => ({
                label: navigation.title,
                icon: navigation.icon,
                link: <Link to={path} />,
              }))}
            />
          </li>
        )}
      </ul>
    </nav>
  );
}
