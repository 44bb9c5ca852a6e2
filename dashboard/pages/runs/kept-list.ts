// The list as it was left, by the entry of the browser's history: who comes back from a run finds the same rows.
import { type Dispatch, type SetStateAction, useEffect, useRef, useState } from 'react';
import { historyEntry } from '../../frame/scroll-place.ts';
import type { RunQuery } from './filters.ts';
import { emptyList, type RunList } from './run-list.ts';

interface KeptList {
  readonly entry: string;
  /** The filters, as the URL has them. */
  readonly search: string;
  readonly query: RunQuery;
  readonly list: RunList;
}

/** The last one that was left; its rows may be many. */
let kept: KeptList | undefined;

/** The query of the list that was left here: `the last hour` is the one that it was, for its cursor belongs to that. */
export function keptQuery(): RunQuery | undefined {
  return kept?.entry === historyEntry() && kept.search === location.search ? kept.query : undefined;
}

export function useKeptList(query: RunQuery): [RunList, Dispatch<SetStateAction<RunList>>] {
  const [place] = useState(() => ({ entry: historyEntry(), search: location.search }));
  const [list, setList] = useState(() => (kept && keptQuery() === query ? kept.list : emptyList));
  const latest = useRef(list);
  useEffect(() => {
    latest.current = list;
  }, [list]);
  useEffect(
    () => () => {
      kept = { ...place, query, list: latest.current };
    },
    [place, query],
  );
  return [list, setList];
}
