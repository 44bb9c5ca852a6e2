// A page: its title in the tab and on the page, the way to it, what can be done with it.
import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import css from './page.module.css';
import { Link } from './router.tsx';
import { returnToPlace } from './scroll-place.ts';

export interface Crumb {
  readonly label: string;
  readonly to: string;
}

export interface Trail {
  readonly crumbs: readonly Crumb[];
  readonly title: string;
}

/** How a page tells the frame's bar where it stands. */
export const TrailContext = createContext<(trail: Trail) => void>(() => {});

interface PageProps {
  /** What it shows: `Runs`, the id of a run. */
  readonly title: string;
  /** Stands before the title in the browser's tab: `(2)`. */
  readonly tabPrefix?: string;
  /** The pages above it. */
  readonly crumbs?: readonly Crumb[];
  /** What stands after them, where the title is that of the page above: `Edit`. */
  readonly trailEnd?: string;
  /** Buttons beside the title. */
  readonly actions?: ReactNode;
  /** Graphs and tables may take all the width. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

const NO_CRUMBS: readonly Crumb[] = [];

export function Page(props: PageProps) {
  const { title, tabPrefix, crumbs = NO_CRUMBS, trailEnd = title, actions, wide = false, children } = props;
  const setTrail = useContext(TrailContext);
  const heading = useRef<HTMLHeadingElement>(null);
  const [location] = useLocation();
  const trail = JSON.stringify({ crumbs, title: trailEnd });
  const focusedAtFirst = useRef<Element>(null);

  useEffect(() => {
    document.title = [tabPrefix, title, '·', 'AI-Orchestra'].filter(Boolean).join(' ');
  }, [tabPrefix, title]);
  useEffect(() => setTrail(JSON.parse(trail)), [setTrail, trail]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as below
  useLayoutEffect(() => {
    focusedAtFirst.current = document.activeElement;
  }, [location]);
  // Who came by a link hears where they are now; who came by the address starts where every page starts.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path is another page, also in the same component
  useEffect(() => {
    if (!hasNavigated) return;
    // Whoever has begun to type on the page, or opened a dialog meanwhile, keeps the focus.
    const focused = document.activeElement;
    const hasMoved = focused !== document.body && focused !== focusedAtFirst.current;
    if (!hasMoved && !focused?.closest('[role="dialog"]')) heading.current?.focus({ preventScroll: true });
    return returnToPlace();
  }, [location]);

  return (
    <div className={wide ? css['wide'] : css['page']}>
      <header className={css['header']}>
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
        {actions && <div className={css['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

let hasNavigated = false;

/** Called by the frame when the path has changed for the first time. */
export function markNavigated(): void {
  hasNavigated = true;
}

/** The way to the page, for the frame's bar. */
export function Breadcrumb({ crumbs, title }: Trail) {
  return (
    <nav aria-label="Breadcrumb" className={css['trail']}>
      <ol>
        {crumbs.map(({ label, to }) => (
          <li key={to}>
            <Link to={to}>
              <bdi>{label}</bdi>
            </Link>
          </li>
        ))}
        {/* Text of another direction turns neither the way nor what stands between its parts. */}
        <li aria-current="page">
          <bdi>{title}</bdi>
        </li>
      </ol>
    </nav>
  );
}
