// The rows of the list of runs. Only those in sight are in the document; what is new waits while somebody reads.
// biome-ignore-all lint/a11y/noRedundantRoles: a table that CSS lays out as a grid is none any more to some browsers
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Problem } from '../../api/loaded.tsx';
import { Button } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import ArrowUp from '../../design-system/icons/arrow-up.ts';
import { Skeleton } from '../../design-system/skeleton.tsx';
import { Link } from '../../frame/router.tsx';
import { useShortcuts } from '../../frame/shortcuts.tsx';
import { useQuestions } from '../../frame/waiting.tsx';
import { BulkActions } from './bulk-actions.tsx';
import type { RunQuery } from './filters.ts';
import { useRowHeights } from './row-heights.ts';
import { type Run, type RunList, rowsAhead } from './run-list.ts';
import { RunRow } from './run-row.tsx';
import { count, runsText } from './run-text.ts';
import css from './runs.module.css';
import { FIRST_PAGE, type LiveRunList, useRunList } from './use-run-list.ts';
import { type SelectionControl, useSelection } from './use-selection.ts';

/** How far one may have scrolled and still be at the top, in pixels. */
const AT_TOP = 24;
/** The frame's bar, the bar of this list and the table's head stand over the rows. */
const COVERED = 140;

interface RunsListProps {
  readonly query: RunQuery;
  readonly isFiltered: boolean;
}

export function RunsList({ query, isFiltered }: RunsListProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const selection = useSelection();
  const [watched, setWatched] = useState<Run>();
  const selected = selection.runs.size;
  const isHeld = () =>
    window.scrollY > AT_TOP ||
    selected > 0 ||
    (body.current?.matches(':hover') ?? false) ||
    (body.current?.contains(document.activeElement) ?? false);
  const live = useRunList({ query, isHeld, watched });
  const { list, error, retry, isFetching } = live;
  const showNew = () => {
    window.scrollTo(0, 0);
    selection.clear();
    live.showNew();
  };
  if (list.next === undefined)
    return (
      <div className={css['list']}>
        {error ? (
          <Problem error={error} retry={retry} busy={isFetching} />
        ) : (
          <Skeleton label="Runs are loading" rows={10} />
        )}
      </div>
    );
  return (
    <div className={css['list']}>
      <ListBar list={list} query={query} selection={selection} showNew={showNew} />
      {error && <Problem error={error} retry={retry} busy={isFetching} />}
      {list.rows.length > 0 && (
        <RunsTable body={body} live={live} selection={selection} onWatch={setWatched} />
      )}
      <Foot live={live} isFiltered={isFiltered} />
    </div>
  );
}

interface ListBarProps {
  readonly list: RunList;
  readonly query: RunQuery;
  readonly selection: SelectionControl;
  showNew(): void;
}

/** How many there are, what is selected, and what waits. */
function ListBar({ list, query, selection, showNew }: ListBarProps) {
  const { rows, next, waiting, gone } = list;
  const selected = selection.runs.size;
  return (
    <div className={css['bar']}>
      <p className="meta">
        {selected > 0
          ? selection.isAll
            ? 'All runs that match are selected'
            : `${runsText(selected)} selected`
          : rows.length > 0 && `${runsText(rows.length, next !== null)}, the latest first`}
      </p>
      {selected > 0 && (
        <BulkActions
          selection={selection}
          query={query}
          // Further ones may have come since all that were shown were selected.
          canSelectAll={next !== null && rows.slice(0, FIRST_PAGE).every(({ id }) => selection.runs.has(id))}
        />
      )}
      <div role="status">
        {(waiting || gone.size > 0) && (
          <Button className={css['new'] ?? ''} icon={ArrowUp} onClick={showNew}>
            {waiting ? `${count(waiting.count)}${waiting.hasMore ? '+' : ''} new` : 'Show what has changed'}
          </Button>
        )}
      </div>
    </div>
  );
}

interface RunsTableProps {
  readonly body: { readonly current: HTMLTableSectionElement | null };
  readonly live: LiveRunList;
  readonly selection: SelectionControl;
  onWatch(run: Run | undefined): void;
}

const titles: readonly (readonly [className: string, title: string])[] = [
  ['workflow', 'Workflow'],
  ['status', 'Status'],
  ['what', 'Inputs, and why it failed'],
  ['started', 'Started'],
  ['took', 'Took'],
  ['tokens', 'Tokens'],
  ['by', 'Started by'],
];

function RunsTable({ body, live, selection, onWatch }: RunsTableProps) {
  const { rows, next, gone } = live.list;
  const { loadFurther } = live;
  const { active, focusRow, virtualizer, margin } = useRows(body, rows);
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - rowsAhead(last)) loadFurther();
  }, [last, rows.length, loadFurther]);

  const runningRow = items.find(({ index }) => rows[index]?.status === 'running');
  const watched = runningRow && rows[runningRow.index];
  useEffect(() => onWatch(watched), [onWatch, watched]);

  const questions = useQuestions();
  const { select } = selection;
  const onSelect = useCallback(
    (index: number, isRange: boolean) => select(rows, index, isRange),
    [select, rows],
  );
  const allSelected = rows.length > 0 && rows.every(({ id }) => selection.runs.has(id));
  useRowKeys(body, rows.length, active, focusRow, onSelect);
  return (
    <table
      role="table"
      className={css['table']}
      aria-label="Runs"
      aria-rowcount={next === null ? rows.length + 1 : -1}
    >
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1} className={css['head']}>
          <th scope="col" role="columnheader" className={css['check']}>
            <label>
              <input
                type="checkbox"
                checked={allSelected}
                onChange={() => (allSelected ? selection.clear() : selection.selectRows(rows))}
              />
              <span className={css['selectAll']}>Select all that are shown</span>
            </label>
          </th>
          {titles.map(([name, title]) => (
            <th key={name} scope="col" role="columnheader" className={css[name]}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody
        ref={body}
        role="rowgroup"
        className={css['body']}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {items.map(({ index, start, size }) => {
          const run = rows[index];
          if (!run) return null;
          return (
            <RunRow
              key={run.id}
              run={run}
              index={index}
              start={start - margin}
              height={size}
              isSelected={selection.runs.has(run.id)}
              isGone={gone.has(run.id)}
              question={questions.get(run.id)}
              onSelect={onSelect}
            />
          );
        })}
      </tbody>
    </table>
  );
}

/** Which rows are drawn: those in sight, and the one that has the focus. */
function useRows(body: RunsTableProps['body'], rows: readonly Run[]) {
  const heights = useRowHeights();
  const [margin, setMargin] = useState(0);
  const [active, setActive] = useState<string>();
  const wanted = useRef<number>(undefined);
  const activeIndex = active === undefined ? -1 : rows.findIndex(({ id }) => id === active);
  // Another function would make it reckon all rows anew, at every step of scrolling.
  const getItemKey = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const virtualizer = useWindowVirtualizer<HTMLTableRowElement>({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.error ? heights.failed : heights.plain),
    getItemKey,
    overscan: 2,
    scrollMargin: margin,
    scrollPaddingStart: COVERED,
    scrollPaddingEnd: 80,
    useFlushSync: false,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (activeIndex < 0 || shown.includes(activeIndex)) return shown;
      return [...shown, activeIndex].sort((a, b) => a - b);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are known, not measured; other rows have other keys, and are reckoned anew without this
  useLayoutEffect(() => virtualizer.measure(), [heights.plain, heights.failed, virtualizer]);
  // What stands above may become higher, and the page with it. Asked at every step of scrolling, the browser would have to
  // lay out the rows once more each time.
  useLayoutEffect(() => {
    const measure = () => {
      const top = body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0;
      setMargin((before) => (Math.abs(top - before) >= 1 ? top : before));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [body]);
  useEffect(() => {
    const element = body.current;
    if (!element) return;
    const onFocus = ({ target }: FocusEvent) => {
      const index = target instanceof Element ? target.closest('tr')?.getAttribute('data-index') : undefined;
      setActive(index ? rows[Number(index)]?.id : undefined);
    };
    element.addEventListener('focusin', onFocus);
    return () => element.removeEventListener('focusin', onFocus);
  }, [body, rows]);
  useEffect(() => {
    if (wanted.current === undefined) return;
    const link = body.current?.querySelector<HTMLElement>(`tr[data-index="${wanted.current}"] a`);
    if (!link) return;
    wanted.current = undefined;
    link.focus({ preventScroll: true });
  });
  const focusRow = useCallback(
    (index: number) => {
      wanted.current = index;
      setActive(rows[index]?.id);
      virtualizer.scrollToIndex(index, { align: 'auto' });
    },
    [rows, virtualizer],
  );
  return { active: activeIndex, focusRow, virtualizer, margin };
}

/** j and k move along the rows, x selects one; Enter follows its link. */
function useRowKeys(
  body: RunsTableProps['body'],
  rowCount: number,
  active: number,
  focusRow: (index: number) => void,
  onSelect: (index: number, isRange: boolean) => void,
): void {
  const shortcuts = useMemo(() => {
    const move = (by: number) => {
      const isInside = body.current?.contains(document.activeElement) ?? false;
      const first = Number(firstInSight(body.current) ?? 0);
      const target = isInside && active >= 0 ? active + by : first;
      focusRow(Math.min(rowCount - 1, Math.max(0, target)));
    };
    return [
      { keys: 'j', label: 'Go to the next run', act: () => move(1) },
      { keys: 'k', label: 'Go to the run before', act: () => move(-1) },
      { keys: 'x', label: 'Select the run', act: () => active >= 0 && onSelect(active, false) },
    ];
  }, [body, rowCount, active, focusRow, onSelect]);
  useShortcuts(shortcuts);
}

function firstInSight(body: HTMLElement | null): string | undefined {
  const rows = [...(body?.querySelectorAll('tr') ?? [])];
  return rows.find((row) => row.getBoundingClientRect().top >= COVERED - 8)?.dataset['index'];
}

interface FootProps {
  readonly live: LiveRunList;
  readonly isFiltered: boolean;
}

/** What stands below the rows: more that is read, why it could not be, or that there is none. */
function Foot({ live, isFiltered }: FootProps) {
  const { list, further, loadFurther, retryFurther } = live;
  const isSearching = list.rows.length === 0 && typeof list.next === 'string';
  useEffect(() => {
    if (isSearching) loadFurther();
  }, [isSearching, loadFurther]);
  const foot = (content: ReactNode) => <div className={css['foot']}>{content}</div>;
  if (further.error)
    return foot(<Problem error={further.error} retry={retryFurther} busy={further.isLoading} />);
  if (isSearching)
    return foot(
      <p className="quiet" role="status">
        No run so far; older ones are looked through…
      </p>,
    );
  // Scrolling loads them too. It stays while they load, and keeps the focus.
  if (typeof list.next === 'string')
    return foot(
      <Button kind="quiet" busy={further.isLoading} onClick={loadFurther}>
        Show older runs
      </Button>,
    );
  if (list.rows.length > 0) return null;
  return isFiltered ? (
    <EmptyState title="No run matches these filters" action={<Link to="/runs">Show all runs</Link>}>
      Other filters, or a longer time, may show some.
    </EmptyState>
  ) : (
    <EmptyState title="No workflow has run yet" action={<Link to="/workflows">Choose one to start</Link>}>
      A run appears here as soon as a workflow is started, by a person, a schedule or a webhook.
    </EmptyState>
  );
}
