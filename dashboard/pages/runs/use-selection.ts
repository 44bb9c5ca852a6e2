// The runs that are selected, with what is known of each.
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Run } from './run-list.ts';

export interface Selection {
  readonly runs: ReadonlyMap<string, Run>;
  /** Those too that match the filters and are not read yet. */
  readonly isAll: boolean;
}

const NOTHING: Selection = { runs: new Map(), isAll: false };

export interface SelectionControl extends Selection {
  /** Takes a row, or gives it back; with `isRange` all rows from the last one on. */
  select(rows: readonly Run[], index: number, isRange: boolean): void;
  selectRows(rows: readonly Run[]): void;
  selectAll(): void;
  clear(): void;
}

export function useSelection(): SelectionControl {
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const last = useRef<number>(undefined);
  const select = useCallback((rows: readonly Run[], index: number, isRange: boolean) => {
    const from = isRange ? (last.current ?? index) : index;
    last.current = index;
    setSelection(({ runs }) =>
      toggled(runs, rows.slice(Math.min(from, index), Math.max(from, index) + 1), rows[index]),
    );
  }, []);
  const control = useMemo(
    () => ({
      select,
      selectRows: (rows: readonly Run[]) =>
        setSelection({ runs: new Map(rows.map((run) => [run.id, run])), isAll: false }),
      selectAll: () => setSelection(({ runs }) => ({ runs, isAll: true })),
      clear: () => setSelection(NOTHING),
    }),
    [select],
  );
  return { ...selection, ...control };
}

/** All become what the one that was clicked becomes. */
function toggled(runs: ReadonlyMap<string, Run>, range: readonly Run[], clicked: Run | undefined): Selection {
  if (!clicked) return { runs, isAll: false };
  const next = new Map(runs);
  const isTaken = next.has(clicked.id);
  for (const run of range) {
    if (isTaken) next.delete(run.id);
    else next.set(run.id, run);
  }
  return { runs: next, isAll: false };
}
