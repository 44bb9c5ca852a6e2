// What GitHub refuses and the emulator behind would accept, and where GitHub's errors point to.
import type { GitHubApp } from './app.ts';
import type { SearchQuery } from './search-query.ts';
import { githubToken } from './seed.ts';

const VERSION_HEADER = 'x-github-api-version';
/** What requests without the header get. */
const OLD_VERSION = '2022-11-28';
const VERSION = '2026-03-10';
/** "If you specify an API version that is no longer supported, you will receive a 400 error." */
const VERSIONS_PAGE = 'https://docs.github.com/rest/about-the-rest-api/api-versions';

/**
 * Fields that 2026-03-10 has no more, of what the emulator answers with
 * (https://docs.github.com/rest/about-the-rest-api/breaking-changes).
 */
const REMOVED = new Set([
  'assignee',
  'has_downloads',
  'merge_commit_sha',
  'rate',
  'use_squash_pr_title_as_default',
]);

/** An answer of the emulator, which knows no versions, as of the version that was asked for. */
export async function inVersion(request: Request, response: Response): Promise<Response> {
  if (request.headers.get(VERSION_HEADER) !== VERSION) return response;
  const text = await response.text();
  if (!/^\s*[[{]/.test(text)) return new Response(text === '' ? null : text, response);
  const body: unknown = JSON.parse(text, function (this: unknown, key, value) {
    return REMOVED.has(key) && !Array.isArray(this) ? undefined : value;
  });
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(JSON.stringify(body), { status: response.status, headers });
}

/** Without a token the emulator itself tells what is public and what needs one; but it accepts any token. */
export function refuse(request: Request, body: Buffer, app: GitHubApp): Response | undefined {
  const ofApp = app.refuse(request, body);
  if (ofApp) return ofApp;
  const version = request.headers.get(VERSION_HEADER);
  if (version !== null && version !== OLD_VERSION && version !== VERSION) {
    const message = `Bad Request: ${version} is not a supported API version`;
    return Response.json({ message, documentation_url: VERSIONS_PAGE, status: '400' }, { status: 400 });
  }
  const authorization = request.headers.get('authorization');
  if (authorization === null) return undefined;
  const token = /^(?:bearer|token) (.+)$/i.exec(authorization)?.[1];
  if (token === githubToken || app.tokenOf(request) || app.isOwn(new URL(request.url).pathname))
    return undefined;
  return Response.json(
    { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
    { status: 401 },
  );
}

export function refuseSearch(pathname: string, query: SearchQuery): Response | undefined {
  const message = searchProblem(pathname, query);
  if (message === undefined) return undefined;
  const errors = [{ message, resource: 'Search', field: 'q', code: 'invalid' }];
  const documentation_url = 'https://docs.github.com/rest/search/search';
  return Response.json(
    { message: 'Validation Failed', errors, documentation_url, status: '422' },
    { status: 422 },
  );
}

function searchProblem(pathname: string, { words, qualifiers }: SearchQuery): string | undefined {
  if (pathname === '/search/code') return words.length > 0 ? undefined : 'ERROR_TYPE_QUERY_PARSING_FATAL';
  if (words.length === 0 && qualifiers.length === 0) return 'The search is empty';
  const saysKind = qualifiers.some((qualifier) => /^(?:is|type):(?:issue|pr)$/i.test(qualifier));
  return saysKind ? undefined : "Query must include 'is:issue' or 'is:pull-request'";
}

/** Errors name where GitHub documents them, not where the emulator is documented. */
export async function documentedByGitHub(response: Response): Promise<Response> {
  if (response.status < 400) return response;
  const body = (await response.text()).replaceAll(
    /https:\/\/emulate\.dev[\w/-]*/g,
    'https://docs.github.com/rest',
  );
  return new Response(body, response);
}
