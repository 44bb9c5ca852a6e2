// What stands around every page: navigation, the bar with the way to the page, notices, and the page itself.
import { Suspense, useEffect, useState } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { Skeleton } from '../design-system/skeleton.tsx';
import { Toasts } from '../design-system/toasts.tsx';
import { BrokenPage } from './broken-page.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import css from './frame.module.css';
import { Jump } from './jump.tsx';
import { askBeforeLeaving } from './leave-guard.ts';
import { Navigation } from './navigation.tsx';
import { Breadcrumb, markNavigated, Page, type Trail, TrailContext } from './page.tsx';
import type { PageEntry } from './pages.ts';
import { BASE, Link, useShownLocation } from './router.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { UserMenu } from './user-menu.tsx';
import { WaitingLink } from './waiting.tsx';

interface FrameProps {
  readonly pages: readonly PageEntry[];
  /** Where /app itself leads. */
  readonly first: string;
}

export function Frame({ pages, first }: FrameProps) {
  return (
    <Router base={BASE} hook={useShownLocation} aroundNav={askBeforeLeaving}>
      <a className={css['skip']} href="#main">
        Skip to the content
      </a>
      <Inside pages={pages} first={first} />
    </Router>
  );
}

function Inside({ pages, first }: FrameProps) {
  const [trail, setTrail] = useState<Trail>({ crumbs: [], title: '' });
  const [location] = useLocation();
  useMarkedNavigation(location);
  return (
    <div className={css['frame']}>
      <Navigation pages={pages} />
      <div className={css['beside']}>
        <header className={css['bar']}>
          <Breadcrumb {...trail} />
          <Jump pages={pages} />
          <WaitingLink />
          <Shortcuts pages={pages} />
          <UserMenu />
        </header>
        <ConnectionBanner />
        <main id="main" className={css['main']} tabIndex={-1}>
          <TrailContext value={setTrail}>
            {/* Another path gives a page that broke another chance. */}
            <BrokenPage key={location}>
              <Suspense fallback={<Waiting />}>
                <Switch>
                  {['/', '/index.html'].map((path) => (
                    <Route key={path} path={path}>
                      <Redirect to={first} replace />
                    </Route>
                  ))}
                  {pages.map(({ path, page }) => (
                    <Route key={path} path={path} component={page} />
                  ))}
                  <Route>
                    <NoPage first={first} />
                  </Route>
                </Switch>
              </Suspense>
            </BrokenPage>
          </TrailContext>
        </main>
      </div>
      <Toasts />
    </div>
  );
}

/** Remembers the first time that a link was followed. */
function useMarkedNavigation(location: string): void {
  const [start] = useState(location);
  useEffect(() => {
    if (location !== start) markNavigated();
  }, [location, start]);
}

function Waiting() {
  return (
    <div className={css['waiting']}>
      <Skeleton label="The page is loading" />
    </div>
  );
}

function NoPage({ first }: { readonly first: string }) {
  return (
    <Page title="There is no such page">
      <p>
        The address leads nowhere. <Link to={first}>Go to the first page</Link>
      </p>
    </Page>
  );
}
