// Where the user is: the path names the page and what it shows, the search parameters all that was chosen on it.
import type { ComponentProps } from 'react';
import { useCallback, useEffect, useMemo } from 'react';
import { type BaseLocationHook, useLocation, useParams, Link as WouterLink } from 'wouter';
import { useBrowserLocation, useLocationProperty } from 'wouter/use-browser-location';
import { readSearch, type SearchShape, type SearchValues, writeSearch } from './search.ts';

/** Everything of the dashboard stands below it. */
export const BASE = '/app';

interface LinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  /** Below /app: `/runs/triage_mail.3f2c` */
  readonly to: string;
}

/** A link within the dashboard. */
export function Link({ to, ...rest }: LinkProps) {
  return <WouterLink {...rest} href={to} />;
}

/** A path of the dashboard with a value in each `{}`: `` path`/runs/${id}` `` */
export function path(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.reduce((whole, text, index) => whole + encodeURIComponent(values[index - 1] ?? '') + text);
}

/** A parameter of the page's path. */
export function usePathParameter(name: string): string {
  const value = useParams()[name] ?? '';
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Leads to another page of the dashboard. */
export function useNavigate(): (to: string, options?: { readonly replace?: boolean }) => void {
  const [, navigate] = useLocation();
  return navigate;
}

/** A page that stays though its address has become that of another: both paths. */
let moved: { readonly page: string; readonly address: string } | undefined;

/** For the router: the path of the page that is shown. */
export const useShownLocation: BaseLocationHook = () => {
  const [location, navigate] = useBrowserLocation();
  return [location === moved?.address ? moved.page : location, navigate];
};

const currentPath = () => location.pathname;

/**
 * For a page whose address changes while it is shown, as that of a new workflow does when it is saved: nothing of it is
 * drawn anew, and a reload shows the page of that address.
 * @returns whether the address has changed, and what changes it
 */
export function useMovedAddress(): readonly [boolean, (to: string) => void] {
  const path = useLocationProperty(currentPath, currentPath);
  useEffect(() => {
    if (path !== moved?.address) moved = undefined;
  }, [path]);
  useEffect(
    () => () => {
      moved = undefined;
    },
    [],
  );
  const move = useCallback((to: string) => {
    const address = new URL(BASE + to, location.href);
    moved = { page: moved?.page ?? location.pathname, address: address.pathname };
    history.replaceState(history.state, '', address);
  }, []);
  return [path === moved?.address, move];
}

const currentSearch = () => location.search;

/**
 * What was chosen on the page, kept in the URL, so that a link, a reload and the back button show the same.
 * @example const [{ status, workflow }, choose] = useSearch(shape); choose({ status: 'failed' });
 */
export function useSearch<Shape extends SearchShape>(
  shape: Shape,
): readonly [
  SearchValues<Shape>,
  (changes: Partial<SearchValues<Shape>>, options?: { readonly push?: boolean }) => void,
] {
  const text = useLocationProperty(currentSearch, currentSearch);
  const values = useMemo(() => readSearch(shape, text), [shape, text]);
  const choose = useCallback(
    (changes: Partial<SearchValues<Shape>>, { push = false }: { readonly push?: boolean } = {}) => {
      const search = writeSearch(shape, location.search, changes);
      if (search === location.search) return;
      // Another entry has a place of its own.
      if (push) history.pushState(null, '', location.pathname + search);
      else history.replaceState(history.state, '', location.pathname + search);
    },
    [shape],
  );
  return [values, choose];
}
