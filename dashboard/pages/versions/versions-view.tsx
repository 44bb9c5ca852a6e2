// The versions of a document: list, the difference between any two, and restoring one.
import { type InfiniteData, type UseInfiniteQueryResult, useQueries } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { isNotThere } from '../../api/errors.ts';
import { Loaded } from '../../api/loaded.tsx';
import { Button } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { SelectField } from '../../design-system/field.tsx';
import { type Column, Table } from '../../design-system/table.tsx';
import { Time } from '../../design-system/time.tsx';
import { useSearch } from '../../frame/router.tsx';
import { index } from '../../frame/search.ts';
import { useSession } from '../../session/session.tsx';
import type { Difference, Fields } from './difference.ts';
import { DifferenceView } from './difference-view.tsx';
import { RestoreDialog } from './restore-dialog.tsx';
import type { Version, VersionPage } from './use-versions.ts';
import css from './versions.module.css';

export type VersionsQuery = UseInfiniteQueryResult<InfiniteData<VersionPage>>;

interface VersionsViewProps {
  readonly what: 'workflow' | 'prompt';
  readonly versions: VersionsQuery;
  /** Names the document in the cache. */
  readonly cacheKey: readonly string[];
  read(version: number, signal: AbortSignal): Promise<Fields>;
  differ(before: Fields, after: Fields): Difference;
  /** @throws ApiError what the service refuses it with */
  restore(version: number): Promise<void>;
  /** What leads to the runs of a version. */
  runs?(version: number): ReactNode;
}

const shape = { from: index, to: index };

export function VersionsView(props: VersionsViewProps) {
  const { what, versions } = props;
  if (!versions.data && isNotThere(versions.error))
    return (
      <EmptyState title={`There is no such ${what}`}>
        It was deleted, or there never was one with this id.
      </EmptyState>
    );
  return (
    <Loaded query={props.versions} label="Versions are loading" rows={6}>
      {({ pages }) => <VersionsList {...props} items={pages.flatMap(({ items }) => items)} />}
    </Loaded>
  );
}

function VersionsList({ items, ...props }: VersionsViewProps & { readonly items: readonly Version[] }) {
  const { versions, what, runs, restore } = props;
  const { role } = useSession();
  const mayRestore = role === 'editor' || role === 'admin';
  const [restored, setRestored] = useState<Version>();
  const [chosen, choose] = useSearch(shape);
  const current = items[0]?.version ?? 1;
  const columns: readonly Column<Version>[] = [
    {
      id: 'version',
      title: 'Version',
      phone: 'title',
      cell: ({ version, restored_version }) => (
        <>
          <strong>{version}</strong>
          <span className="meta">
            {version === current && ' in force'}
            {version === current && restored_version !== null && ','}
            {restored_version !== null && ` brings back ${restored_version}`}
          </span>
        </>
      ),
    },
    {
      id: 'saved',
      title: 'Saved',
      cell: ({ updated_at, updated_by }) => (
        <>
          <Time at={updated_at} /> <span className="quiet">by</span> <span dir="auto">{updated_by}</span>
        </>
      ),
    },
    ...(runs ? [{ id: 'runs', title: 'Runs', cell: ({ version }: Version) => runs(version) }] : []),
    {
      id: 'actions',
      title: 'Actions',
      titleHidden: true,
      align: 'end',
      phone: 'side',
      cell: (row) => (
        <span className={css['actions']}>
          {row.version > 1 && (
            <Button
              kind="link"
              onClick={() => choose({ from: row.version - 1, to: row.version }, { push: true })}
              aria-label={`What it changed: version ${row.version}`}
            >
              What it changed
            </Button>
          )}
          {row.version !== current && (
            <Button
              className={css['restore']}
              disabled={!mayRestore}
              onClick={() => setRestored(row)}
              aria-label={`Restore version ${row.version}`}
            >
              Restore
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <>
      {!mayRestore && (
        <p className="quiet">Restoring needs an editor. You are logged in as {role || 'nobody'}.</p>
      )}
      <Table label="Versions" columns={columns} rows={items} rowKey={({ version }) => String(version)} />
      {versions.hasNextPage && (
        <div>
          <Button busy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
            Show older versions
          </Button>
        </div>
      )}
      {current > 1 && <Comparison {...props} items={items} chosen={chosen} choose={choose} />}
      {items.length === 1 && !versions.hasNextPage && (
        <p className="quiet">The {what} has not been changed since it was created.</p>
      )}
      <RestoreDialog
        what={what}
        version={restored}
        current={current}
        restore={restore}
        onClose={() => setRestored(undefined)}
      />
    </>
  );
}

interface Chosen {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

interface ComparisonProps extends VersionsViewProps {
  readonly items: readonly Version[];
  readonly chosen: Chosen;
  choose(changes: Partial<Chosen>): void;
}

function Comparison({ items, chosen, choose, read, differ, cacheKey }: ComparisonProps) {
  const current = items[0]?.version ?? 1;
  const to = chosen.to ?? current;
  const from = chosen.from ?? to - 1;
  const numbers = [...new Set([...items.map(({ version }) => version), from, to])].toSorted((a, b) => b - a);
  const options = numbers.map((version) => ({ value: String(version), label: `Version ${version}` }));
  // A version never changes.
  const queries = useQueries({
    queries: [from, to].map((version) => ({
      queryKey: [...cacheKey, 'version', version],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => read(version, signal),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const [before, after] = queries;
  return (
    <section aria-labelledby="difference" className={css['comparison']}>
      <h2 id="difference">What differs</h2>
      <div className={css['choice']}>
        <SelectField
          label="From"
          value={String(from)}
          options={options}
          onChange={({ target }) => choose({ from: Number(target.value) })}
        />
        <SelectField
          label="To"
          value={String(to)}
          options={options}
          onChange={({ target }) => choose({ to: Number(target.value) })}
        />
      </div>
      {before && after && (
        <Loaded query={before} label={`Version ${from} is loading`} rows={3}>
          {(old) => (
            <Loaded query={after} label={`Version ${to} is loading`} rows={3}>
              {(now) => <DifferenceView difference={differ(old, now)} />}
            </Loaded>
          )}
        </Loaded>
      )}
    </section>
  );
}
