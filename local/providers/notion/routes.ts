// The routes of Notion's API, and the web page of each page.
import { addBlockChildrenRoutes, addBlockRoutes } from './block-routes.ts';
import { addDatabaseRoutes, addSearchRoute } from './database-routes.ts';
import { errorResponse, NotionError } from './errors.ts';
import { addFileRoutes } from './file-routes.ts';
import { pageHtml } from './page-html.ts';
import { addPageRoutes } from './page-routes.ts';
import type { Routes } from './request.ts';
import { jsonResponse } from './responses.ts';
import { botId, withDashes } from './store.ts';

const bot = { object: 'user', id: botId, name: 'AI-Orchestra', avatar_url: null, type: 'bot' };

export function addRoutes(routes: Routes): void {
  const { app, state: workspace, baseUrl } = routes;
  app.onError((error) =>
    errorResponse(
      error instanceof NotionError
        ? error
        : new NotionError('internal_server_error', 'Unexpected error occurred.'),
    ),
  );
  app.notFound(() => errorResponse(new NotionError('invalid_request_url', 'Invalid request URL.')));
  app.get('/v1/users/me', () =>
    jsonResponse({ ...bot, bot: { owner: { type: 'workspace', workspace: true }, workspace_name: 'Acme' } }),
  );
  addPageRoutes(routes);
  addBlockRoutes(routes);
  addBlockChildrenRoutes(routes);
  addFileRoutes(routes);
  addDatabaseRoutes(routes);
  addSearchRoute(routes);
  app.get('/:slug', (call) => {
    const id = call.req.param('slug').slice(-32);
    const page = workspace.pages[/^[0-9a-f]{32}$/.test(id) ? withDashes(id) : ''];
    return page
      ? call.html(pageHtml(page, workspace))
      : call.text(`There is no such page at ${baseUrl}`, 404);
  });
}

/** Search and query read, although they are POSTs. */
export function changesState(path: string): boolean {
  return !/^\/v1\/(search|(data_sources|databases)\/[^/]+\/query)(\?|$)/.test(path);
}
