// Which requests to GitHub are answered here: web pages, searches, pull requests as issues; the rest by the store.
import { renderPage } from './pages.ts';
import { documentedByGitHub, inVersion } from './refusals.ts';
import { search } from './search.ts';
import { asIssue, type GitHubStore, type Read } from './store.ts';

export function createRoutes(store: GitHubStore): (request: Request) => Promise<Response> {
  const { read } = store;
  return async (request) => {
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

/** Pull requests are issues too; the store keeps them apart. Undefined for any other request. */
async function pullRequestAsIssue(request: Request, read: Read): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const path = /^\/repos\/[^/]+\/[^/]+\/issues\/\d+$/.exec(pathname)?.[0];
  if (path === undefined || request.method !== 'GET' || (await read(path))) return undefined;
  const pull = await read(path.replace('/issues/', '/pulls/'));
  return pull ? Response.json(asIssue(pull)) : undefined;
}
