// What GitHub refuses and the emulator behind would accept, and where GitHub's errors point to.
import type { SearchQuery } from './search-query.ts';
import { githubToken } from './seed.ts';

/** Without a token the emulator itself tells what is public and what needs one; but it accepts any token. */
export function refuse(request: Request): Response | undefined {
  const authorization = request.headers.get('authorization');
  if (authorization === null) return undefined;
  const token = /^(?:bearer|token) (.+)$/i.exec(authorization)?.[1];
  if (token === githubToken) return undefined;
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
