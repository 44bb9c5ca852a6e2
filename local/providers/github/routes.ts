// Which requests to GitHub are answered here: web pages, searches, pull requests as issues; the rest by the store.
import type { GitHubApp } from './app.ts';
import { renderPage } from './pages.ts';
import { documentedByGitHub, inVersion } from './refusals.ts';
import { search } from './search.ts';
import { githubToken } from './seed.ts';
import { asIssue, type GitHubStore, type Read } from './store.ts';

export function createRoutes(store: GitHubStore, app: GitHubApp): (request: Request) => Promise<Response> {
  const { read } = store;
  return async (sent) => {
    const own = await app.answer(sent.clone());
    if (own) return own;
    const request = app.tokenOf(sent) ? asDemo(sent) : sent;
    // Browsers send no token, clients of the API do.
    const isBrowser = request.method === 'GET' && !request.headers.has('authorization');
    const response = isBrowser
      ? await renderPage(new URL(request.url).pathname, read)
      : ((await search(request, read)) ?? (await pullRequestAsIssue(request, read)));
    return response && isBrowser
      ? response
      : inVersion(request, response ?? (await documentedByGitHub(await store.fetch(request))));
  };
}

/** What the App may do, `demo` may: the store knows its token. */
function asDemo(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${githubToken}`);
  return new Request(request, { headers });
}

/** Pull requests are issues too; the store keeps them apart. Undefined for any other request. */
async function pullRequestAsIssue(request: Request, read: Read): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const path = /^\/repos\/[^/]+\/[^/]+\/issues\/\d+$/.exec(pathname)?.[0];
  if (path === undefined || request.method !== 'GET' || (await read(path))) return undefined;
  const pull = await read(path.replace('/issues/', '/pulls/'));
  return pull ? Response.json(asIssue(pull)) : undefined;
}
