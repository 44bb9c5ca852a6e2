// GitHub's search of issues and of code, on what the emulator has: it matches words in any order, also in comments.
import { parseQuery, type Query } from './github-query.ts';

/** The JSON of the emulator's answer; undefined when it answers with an error. */
export type Ask = (path: string) => Promise<unknown>;
type Found = Readonly<Record<string, unknown>>;

const PAGE = 100;

/** The answer to a search; undefined when the request is none, or the emulator's own answer is right. */
export async function searched(request: Request, ask: Ask): Promise<Response | undefined> {
  const { pathname, searchParams } = new URL(request.url);
  const find = { '/search/issues': findIssues, '/search/code': findCode }[pathname];
  if (!find || request.method !== 'GET') return undefined;
  const query = parseQuery(searchParams.get('q') ?? '');
  const problem = unsearchable(pathname, query);
  if (problem) return refusal(problem);
  const parameters = new URLSearchParams(searchParams);
  parameters.set('q', query.rest.join(' '));
  const all: Found[] = [];
  for (let page = 1, more = true; more; page++) {
    parameters.set('page', String(page));
    parameters.set('per_page', String(PAGE));
    const answer = Object(await ask(`${pathname}?${parameters}`));
    if (!Array.isArray(answer.items)) return undefined;
    all.push(...answer.items);
    more = answer.items.length === PAGE;
  }
  const items = await find(all, query, ask, searchParams.has('sort'));
  const count = Math.min(PAGE, Number(searchParams.get('per_page') ?? 30));
  const from = (Number(searchParams.get('page') ?? 1) - 1) * count;
  const withMatches = /text-match/.test(request.headers.get('accept') ?? '');
  const shown = items.slice(from, from + count).map(({ text_matches, ...item }) => ({
    ...item,
    score: 1,
    ...(withMatches && { text_matches }),
  }));
  return Response.json({ total_count: items.length, incomplete_results: false, items: shown });
}

/** What GitHub refuses. */
function unsearchable(pathname: string, { words, rest }: Query): string | undefined {
  if (pathname === '/search/code') return words.length > 0 ? undefined : 'ERROR_TYPE_QUERY_PARSING_FATAL';
  if (words.length === 0 && rest.length === 0) return 'The search is empty';
  const saysKind = rest.some((one) => /^(?:is|type):(?:issue|pr)$/i.test(one));
  return saysKind ? undefined : "Query must include 'is:issue' or 'is:pull-request'";
}

function refusal(message: string): Response {
  const errors = [{ message, resource: 'Search', field: 'q', code: 'invalid' }];
  const documentation_url = 'https://docs.github.com/rest/search/search';
  return Response.json(
    { message: 'Validation Failed', errors, documentation_url, status: '422' },
    { status: 422 },
  );
}

async function findIssues(all: Found[], query: Query, ask: Ask, sorted: boolean): Promise<Found[]> {
  const { words, without, places, times } = query;
  const searchedIn = places.length > 0 ? places : ['title', 'body', 'comments'];
  const found: { readonly item: Found; readonly weight: number }[] = [];
  for (const item of all) {
    if (!times.every(({ field, inside }) => inside(text(item[field])))) continue;
    const parts = {
      title: text(item['title']),
      body: text(item['body']),
      comments: await comments(item, ask),
    };
    const all = Object.entries(parts)
      .filter(([place]) => searchedIn.includes(place))
      .map(([, part]) => part.toLowerCase())
      .join('\n');
    if (!words.every((word) => all.includes(word)) || without.some((word) => all.includes(word))) continue;
    const title = parts.title.toLowerCase();
    found.push({ item: asIssue(item), weight: words.filter((word) => title.includes(word)).length });
  }
  if (!sorted) found.sort((left, right) => right.weight - left.weight);
  return found.map(({ item }) => item);
}

async function comments(item: Found, ask: Ask): Promise<string> {
  const path = new URL(text(item['comments_url'])).pathname;
  const list = await ask(`${path}?per_page=${PAGE}`);
  return Array.isArray(list) ? list.map((comment) => text(comment.body)).join('\n') : '';
}

/** A pull request as an issue, as GitHub gives it where issues are asked for. */
export function asIssue(item: Found): Found {
  if (item['issue_url'] === undefined) return item;
  const { url, html_url, diff_url, patch_url, merged_at, head, base, _links, ...rest } = item;
  const issue = text(item['issue_url']);
  return {
    ...rest,
    url: issue,
    html_url,
    repository_url: issue.replace(/\/issues\/\d+$/, ''),
    pull_request: { url, html_url, diff_url, patch_url, merged_at },
  };
}

async function findCode(all: Found[], query: Query, ask: Ask): Promise<Found[]> {
  const { words, without, places, extensions } = query;
  const found: Found[] = [];
  for (const item of all) {
    const path = text(item['path']);
    const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
    if (extensions.length > 0 && !extensions.includes(extension)) continue;
    const { pathname, search } = new URL(text(item['url']));
    const file = Object(await ask(pathname + search));
    const content = Buffer.from(text(file.content), 'base64').toString();
    const inside = [
      ...(places.length === 0 || places.includes('file') ? [content] : []),
      ...(places.length === 0 || places.includes('path') ? [path] : []),
    ]
      .join('\n')
      .toLowerCase();
    if (!words.every((word) => inside.includes(word)) || without.some((word) => inside.includes(word)))
      continue;
    found.push({ ...item, text_matches: fragments(content, words, text(item['url'])) });
  }
  return found;
}

/** The first lines with one of the words, each with its neighbours. */
function fragments(content: string, words: readonly string[], object_url: string): Found[] {
  const lines = content.split('\n');
  return lines
    .flatMap((line, at) => (words.some((word) => line.toLowerCase().includes(word)) ? [at] : []))
    .slice(0, 3)
    .map((at) => {
      const fragment = lines.slice(Math.max(0, at - 1), at + 2).join('\n');
      const matches = words.flatMap((word) => {
        const start = fragment.toLowerCase().indexOf(word);
        return start === -1
          ? []
          : [{ text: fragment.slice(start, start + word.length), indices: [start, start + word.length] }];
      });
      return { object_url, object_type: 'FileContent', property: 'content', fragment, matches };
    });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
