// Data that is asked for again and again while somebody looks at it. The one place that decides how often: a hidden tab
// asks nothing, what does not change is asked for less often, and all tabs of a browser share one budget.
import { type QueryKey, type UseQueryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef } from 'react';
import { grantedInterval, patience } from './pace.ts';

/** The wishes of this tab's queries, by the component that shows them. */
const wishes = new Map<string, number>();

const LOCK = 'ai-orchestra-live';
let tabs = 1;
let release: (() => void) | undefined;

/** Every visible tab holds the lock, shared; the browser takes it back when a tab crashes. */
function takePart(): void {
  if (!('locks' in navigator) || document.hidden || release) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  release = resolve;
  void navigator.locks.request(LOCK, { mode: 'shared' }, () => promise);
}

function leave(): void {
  release?.();
  release = undefined;
}

async function countTabs(): Promise<void> {
  if (!('locks' in navigator)) return;
  const { held = [] } = await navigator.locks.query();
  tabs = Math.max(1, held.filter(({ name }) => name === LOCK).length);
}

/** Called once, when the page starts. */
export function shareBudget(): void {
  const onVisibility = () => (document.hidden ? leave() : takePart());
  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
}

type LiveOptions<Data> = Pick<UseQueryOptions<Data>, 'queryKey' | 'enabled' | 'placeholderData'> & {
  readonly queryKey: QueryKey;
  queryFn(control: { readonly signal: AbortSignal }): Promise<Data>;
  /** How often it would like to be asked for, in milliseconds; false when it cannot change any more. */
  every(data: Data | undefined): number | false;
};

/** A query that stays up to date. It never runs in a hidden tab, and at once when the tab is shown again. */
export function useLive<Data>({ every, ...query }: LiveOptions<Data>): UseQueryResult<Data> {
  const id = useId();
  const unchanged = useRef({ data: undefined as Data | undefined, times: 0, at: 0 });
  useEffect(() => () => void wishes.delete(id), [id]);
  return useQuery<Data>({
    ...query,
    refetchOnWindowFocus: 'always',
    refetchIntervalInBackground: false,
    refetchInterval: ({ state }) => {
      const wish = every(state.data);
      if (wish === false) {
        wishes.delete(id);
        return false;
      }
      const seen = unchanged.current;
      if (state.dataUpdatedAt !== seen.at) {
        seen.times = state.data === seen.data ? seen.times + 1 : 0;
        Object.assign(seen, { data: state.data, at: state.dataUpdatedAt });
        void countTabs();
      }
      const patient = patience(wish, seen.times);
      wishes.set(id, patient);
      return grantedInterval(patient, [...wishes.values()], tabs);
    },
  });
}
