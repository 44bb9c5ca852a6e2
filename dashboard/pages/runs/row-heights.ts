// How high the rows of the list are: the style sheet's sizes as numbers, so that rows out of sight need not be drawn.
import { useSyncExternalStore } from 'react';

export interface RowHeights {
  readonly plain: number;
  /** Of a row that says why it is red. */
  readonly failed: number;
}

/** As runs.module.css has it. */
const CARDS = '(max-width: 900px)';
const COARSE = '(pointer: coarse)';

function subscribe(listener: () => void): () => void {
  const queries = [CARDS, COARSE].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
  };
}

const current = () => `${matchMedia(CARDS).matches} ${matchMedia(COARSE).matches}`;

const heights: Readonly<Record<string, RowHeights>> = {
  'false false': { plain: 2.25, failed: 3.5 },
  'false true': { plain: 2.75, failed: 4 },
  'true false': { plain: 4, failed: 4 },
  'true true': { plain: 4, failed: 4 },
};

/** In pixels. */
export function useRowHeights(): RowHeights {
  const { plain = 2.25, failed = 3.5 } = heights[useSyncExternalStore(subscribe, current)] ?? {};
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  return { plain: plain * rem, failed: failed * rem };
}
