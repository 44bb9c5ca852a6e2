// The runs of all workflows, the latest first: filtered, live, and without an end.
import { useMemo, useState } from 'react';
import { Button } from '../../design-system/button.tsx';
import { serverNow } from '../../design-system/time-text.ts';
import { Page } from '../../frame/page.tsx';
import { useSearch } from '../../frame/router.tsx';
import { BulkPanel } from './bulk-panel.tsx';
import { FilterBar } from './filter-bar.tsx';
import { countFilters, filterShape, noFilters, queryOf } from './filters.ts';
import { keptQuery } from './kept-list.ts';
import css from './runs.module.css';
import { RunsList } from './runs-list.tsx';
import { SavedViews } from './saved-views.tsx';

export default function RunsPage() {
  const [filters, choose] = useSearch(filterShape);
  const [isOpen, setOpen] = useState(false);
  // `The last hour` ends when it was chosen: a cursor is one of a list with the same times.
  const query = useMemo(() => keptQuery() ?? queryOf(filters, serverNow()), [filters]);
  const chosen = countFilters(filters);
  return (
    <Page
      title="Runs"
      wide
      actions={
        <>
          {chosen > 0 && <Button onClick={() => choose(noFilters)}>Clear filters</Button>}
          <Button className={css['more'] ?? ''} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Hide filters' : chosen === 0 ? 'Filter runs' : `Filters (${chosen})`}
          </Button>
          <SavedViews />
        </>
      }
    >
      <FilterBar filters={filters} isOpen={isOpen} choose={choose} />
      <BulkPanel />
      <RunsList key={JSON.stringify(query)} query={query} isFiltered={chosen > 0} />
    </Page>
  );
}
