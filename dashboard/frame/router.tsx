// Where the user is: the path names the page and what it shows, the search parameters all that was chosen on it.
import type { ComponentProps } from 'react';
import { useCallback, useMemo } from 'react';
import { useLocation, useParams, Link as WouterLink } from 'wouter';
import { useLocationProperty } from 'wouter/use-browser-location';
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
