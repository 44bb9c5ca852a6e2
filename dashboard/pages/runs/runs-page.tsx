// The runs of all workflows, the latest first: filtered, live, and without an end.
import { useMemo } from 'react';
import { serverNow } from '../../design-system/time-text.ts';
import { Page } from '../../frame/page.tsx';
import { useSearch } from '../../frame/router.tsx';
import { BulkPanel } from './bulk-panel.tsx';
import { FilterBar } from './filter-bar.tsx';
import { countFilters, filterShape, queryOf } from './filters.ts';
import { RunsList } from './runs-list.tsx';

export default function RunsPage() {
  const [filters, choose] = useSearch(filterShape);
  // `The last hour` ends when it was chosen: a cursor is one of a list with the same times.
  const query = useMemo(() => queryOf(filters, serverNow()), [filters]);
  return (
    <Page title="Runs" wide>
      <FilterBar filters={filters} choose={choose} />
      <BulkPanel />
      <RunsList key={JSON.stringify(query)} query={query} isFiltered={countFilters(filters) > 0} />
    </Page>
  );
}
