// Notion's databases and data sources: retrieve, query, search.
import { validate } from './errors.ts';
import { matches, titleOf } from './properties.ts';
import { type Call, pathId, queryShape, type Routes, readBody, searchShape, viewOptions } from './request.ts';
import { databaseObject, dataSourceObject, jsonResponse, listOf, pageObject } from './responses.ts';
import { type Database, findDatabase, findDataSource, type Page } from './store.ts';

export function addDatabaseRoutes({ app, state: workspace, baseUrl }: Routes): void {
  app.get('/v1/databases/:id', (call) =>
    jsonResponse(
      databaseObject(findDatabase(workspace, pathId(call, 'database')), viewOptions(call, baseUrl)),
    ),
  );

  app.get('/v1/data_sources/:id', (call) =>
    jsonResponse(
      dataSourceObject(findDataSource(workspace, pathId(call, 'data_source')), viewOptions(call, baseUrl)),
    ),
  );

  const query = (find: (call: Call) => Database) => async (call: Call) => {
    const database = find(call);
    const sent = validate(queryShape, await readBody(call));
    const pages = Object.values(workspace.pages)
      .filter((page) => page.parent.type === 'data_source_id' && page.parent.database_id === database.id)
      .filter((page) => !page.in_trash && (!sent.filter || matches(sent.filter, page)))
      .reverse();
    for (const { timestamp, property, direction } of sent.sorts.toReversed()) {
      const sign = direction === 'descending' ? -1 : 1;
      const key = (page: Page) =>
        timestamp ? page[timestamp] : JSON.stringify(page.properties[property ?? '']);
      pages.sort((left, right) => sign * (key(left) ?? '').localeCompare(key(right) ?? ''));
    }
    const options = viewOptions(call, baseUrl);
    return jsonResponse(
      listOf(
        pages.map((page) => pageObject(page, options)),
        sent,
        'page_or_data_source',
      ),
    );
  };
  app.post(
    '/v1/data_sources/:id/query',
    query((call) => findDataSource(workspace, pathId(call, 'data_source'))),
  );
  app.post(
    '/v1/databases/:id/query',
    query((call) => findDatabase(workspace, pathId(call, 'database'))),
  );
}

export function addSearchRoute({ app, state: workspace, baseUrl }: Routes): void {
  app.post('/v1/search', async (call) => {
    const sent = validate(searchShape, await readBody(call));
    const options = viewOptions(call, baseUrl);
    const wanted = sent.filter?.value === 'database' ? 'data_source' : sent.filter?.value;
    const found = [
      ...Object.values(workspace.databases).map((database) => ({
        ...{ kind: 'data_source', title: database.title, edited: database.last_edited_time },
        object: options.hasDataSources
          ? dataSourceObject(database, options)
          : databaseObject(database, options),
      })),
      ...Object.values(workspace.pages)
        .filter((page) => !page.in_trash)
        .map((page) => ({
          ...{ kind: 'page', title: titleOf(page.properties), edited: page.last_edited_time },
          object: pageObject(page, options),
        })),
    ]
      .filter(
        ({ kind, title }) =>
          (wanted ?? kind) === kind && title.toLowerCase().includes(sent.query.toLowerCase()),
      )
      // The newest first, also within a minute.
      .reverse()
      .sort((left, right) => right.edited.localeCompare(left.edited));
    if (sent.sort?.direction === 'ascending') found.reverse();
    return jsonResponse(
      listOf(
        found.map(({ object }) => object),
        sent,
        'page_or_data_source',
      ),
    );
  });
}
