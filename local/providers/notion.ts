// Notion on the laptop: the part of its API (2025-09-03, and 2022-06-28) that pages, blocks, search and queries need.
import { createEmulator, defineEmulator } from 'emulate';
import { notionToken } from './credentials.ts';
import type { EmulatedService } from './emulated-service.ts';
import { addBlockRoutes } from './notion-blocks.ts';
import { addDatabaseRoutes, addSearchRoute } from './notion-databases.ts';
import { NotionError } from './notion-errors.ts';
import { pageView } from './notion-page-view.ts';
import { addPageRoutes } from './notion-pages.ts';
import { seedWorkspace } from './notion-seed.ts';
import { answer, errorAnswer, type Routes } from './notion-wire.ts';
import { botId, readId, type Workspace } from './notion-workspace.ts';

export const service: EmulatedService = {
  async start({ baseUrl }) {
    const emulator = await createEmulator({
      service: defineEmulator<Workspace>({
        name: 'notion',
        state: seedWorkspace,
        setup: addRoutes,
        cors: false,
      }),
      listen: false,
      baseUrl,
    });
    return { refuse, fetch: (request) => emulator.fetch(request), close: () => emulator.close() };
  },
  // These two read, although they are POSTs.
  changesState: (path) => !/^\/v1\/(search|(data_sources|databases)\/[^/]+\/query)(\?|$)/.test(path),
};

/** What Notion checks before anything else. A page's own address is for browsers, which send neither header. */
function refuse(request: Request): Response | undefined {
  if (!new URL(request.url).pathname.startsWith('/v1/')) return undefined;
  if (request.headers.get('authorization') !== `Bearer ${notionToken}`) {
    return errorAnswer(new NotionError('unauthorized', 'API token is invalid.'));
  }
  if (request.headers.has('notion-version')) return undefined;
  return errorAnswer(
    new NotionError(
      'missing_version',
      'Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.',
    ),
  );
}

const bot = { object: 'user', id: botId, name: 'AI-Orchestra', avatar_url: null, type: 'bot' };

function addRoutes(routes: Routes): void {
  const { app, state: space, baseUrl } = routes;
  app.onError((error) =>
    errorAnswer(
      error instanceof NotionError
        ? error
        : new NotionError('internal_server_error', 'Unexpected error occurred.'),
    ),
  );
  app.notFound(() => errorAnswer(new NotionError('invalid_request_url', 'Invalid request URL.')));
  app.get('/v1/users/me', () =>
    answer({ ...bot, bot: { owner: { type: 'workspace', workspace: true }, workspace_name: 'Acme' } }),
  );
  addPageRoutes(routes);
  addBlockRoutes(routes);
  addDatabaseRoutes(routes);
  addSearchRoute(routes);
  app.get('/:slug', (call) => {
    const id = call.req.param('slug').slice(-32);
    const page = space.pages[/^[0-9a-f]{32}$/.test(id) ? readId(id, 'path') : ''];
    return page ? call.html(pageView(page, space)) : call.text(`There is no such page at ${baseUrl}`, 404);
  });
}
