// Notion's databases and data sources: retrieve, query, search.
import { validate } from './notion-errors.ts';
import { matches, titleOf } from './notion-properties.ts';
import {
  answer,
  body,
  type Call,
  findDatabase,
  findDataSource,
  listOf,
  queryShape,
  type Routes,
  searchShape,
  view,
} from './notion-wire.ts';
import { type Page, showDatabase, showDataSource, showPage } from './notion-workspace.ts';

export function addDatabaseRoutes({ app, state: space, baseUrl }: Routes): void {
  app.get('/v1/databases/:id', (call) =>
    answer(showDatabase(findDatabase(space, call), view(call, baseUrl))),
  );

  app.get('/v1/data_sources/:id', (call) =>
    answer(showDataSource(findDataSource(space, call), view(call, baseUrl))),
  );

  const query = (find: typeof findDatabase) => async (call: Call) => {
    const database = find(space, call);
    const sent = validate(queryShape, await body(call));
    const pages = Object.values(space.pages)
      .filter((page) => page.parent.type === 'data_source_id' && page.parent.database_id === database.id)
      .filter((page) => !page.in_trash && (!sent.filter || matches(sent.filter, page.properties)))
      .reverse();
    for (const { timestamp, property, direction } of sent.sorts.toReversed()) {
      const sign = direction === 'descending' ? -1 : 1;
      const key = (page: Page) =>
        timestamp ? page[timestamp] : JSON.stringify(page.properties[property ?? '']);
      pages.sort((left, right) => sign * (key(left) ?? '').localeCompare(key(right) ?? ''));
    }
    const shown = view(call, baseUrl);
    return answer(
      listOf(
        pages.map((page) => showPage(page, shown)),
        sent,
        'page_or_data_source',
      ),
    );
  };
  app.post('/v1/data_sources/:id/query', query(findDataSource));
  app.post('/v1/databases/:id/query', query(findDatabase));
}

export function addSearchRoute({ app, state: space, baseUrl }: Routes): void {
  app.post('/v1/search', async (call) => {
    const sent = validate(searchShape, await body(call));
    const shown = view(call, baseUrl);
    const wanted = sent.filter?.value === 'database' ? 'data_source' : sent.filter?.value;
    const found = [
      ...Object.values(space.databases).map((database) => ({
        ...{ kind: 'data_source', title: database.title, edited: database.last_edited_time },
        shown: shown.hasDataSources ? showDataSource(database, shown) : showDatabase(database, shown),
      })),
      ...Object.values(space.pages)
        .filter((page) => !page.in_trash)
        .map((page) => ({
          ...{ kind: 'page', title: titleOf(page.properties), edited: page.last_edited_time },
          shown: showPage(page, shown),
        })),
    ]
      .filter(
        ({ kind, title }) =>
          (wanted ?? kind) === kind && title.toLowerCase().includes(sent.query.toLowerCase()),
      )
      // Made later comes first, also within a minute.
      .reverse()
      .sort((left, right) => right.edited.localeCompare(left.edited));
    if (sent.sort?.direction === 'ascending') found.reverse();
    return answer(
      listOf(
        found.map((one) => one.shown),
        sent,
        'page_or_data_source',
      ),
    );
  });
}
