// GitHub's search of issues and of code, over what the store has: it matches words in any order, also in comments.
import { refuseSearch } from './refusals.ts';
import { parseSearchQuery, type SearchQuery } from './search-query.ts';
import { asIssue, type Entity, type Read, stringOf } from './store.ts';

const PAGE_SIZE = 100;

/** The response to a search; undefined when the request is none, or the store's own response is right. */
export async function search(request: Request, read: Read): Promise<Response | undefined> {
  const { pathname, searchParams } = new URL(request.url);
  const filter = { '/search/issues': filterIssues, '/search/code': filterCode }[pathname];
  if (!filter || request.method !== 'GET') return undefined;
  const query = parseSearchQuery(searchParams.get('q') ?? '');
  const refusal = refuseSearch(pathname, query);
  if (refusal) return refusal;
  const parameters = new URLSearchParams(searchParams);
  parameters.set('q', query.qualifiers.join(' '));
  const candidates: Entity[] = [];
  for (let page = 1, more = true; more; page++) {
    parameters.set('page', String(page));
    parameters.set('per_page', String(PAGE_SIZE));
    const items = (await read(`${pathname}?${parameters}`))?.['items'];
    if (!Array.isArray(items)) return undefined;
    candidates.push(...items);
    more = items.length === PAGE_SIZE;
  }
  const items = await filter(candidates, query, read, searchParams.has('sort'));
  const count = Math.min(PAGE_SIZE, Number(searchParams.get('per_page') ?? 30));
  const from = (Number(searchParams.get('page') ?? 1) - 1) * count;
  const withMatches = /text-match/.test(request.headers.get('accept') ?? '');
  const page = items.slice(from, from + count).map(({ text_matches, ...item }) => ({
    ...item,
    score: 1,
    ...(withMatches && { text_matches }),
  }));
  return Response.json({ total_count: items.length, incomplete_results: false, items: page });
}

async function filterIssues(
  candidates: Entity[],
  query: SearchQuery,
  read: Read,
  sorted: boolean,
): Promise<Entity[]> {
  const { words, places, dateRanges } = query;
  const searchedPlaces = places.length > 0 ? places : ['title', 'body', 'comments'];
  const matches: { readonly item: Entity; readonly weight: number }[] = [];
  for (const item of candidates) {
    if (!dateRanges.every(({ field, includes }) => includes(stringOf(item[field])))) continue;
    const parts = {
      title: stringOf(item['title']),
      body: stringOf(item['body']),
      comments: await commentsOf(item, read),
    };
    const text = Object.entries(parts)
      .filter(([place]) => searchedPlaces.includes(place))
      .map(([, part]) => part.toLowerCase())
      .join('\n');
    if (!matchesWords(text, query)) continue;
    const title = parts.title.toLowerCase();
    matches.push({ item: asIssue(item), weight: words.filter((word) => title.includes(word)).length });
  }
  if (!sorted) matches.sort((left, right) => right.weight - left.weight);
  return matches.map(({ item }) => item);
}

function matchesWords(text: string, { words, excludedWords }: SearchQuery): boolean {
  return words.every((word) => text.includes(word)) && !excludedWords.some((word) => text.includes(word));
}

async function commentsOf(item: Entity, read: Read): Promise<string> {
  const path = new URL(stringOf(item['comments_url'])).pathname;
  const list: unknown = await read(`${path}?per_page=${PAGE_SIZE}`);
  return Array.isArray(list) ? list.map((comment) => stringOf(comment.body)).join('\n') : '';
}

async function filterCode(candidates: Entity[], query: SearchQuery, read: Read): Promise<Entity[]> {
  const { words, places, extensions } = query;
  const matches: Entity[] = [];
  for (const item of candidates) {
    const path = stringOf(item['path']);
    const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
    if (extensions.length > 0 && !extensions.includes(extension)) continue;
    const { pathname, search } = new URL(stringOf(item['url']));
    const file = await read(pathname + search);
    const content = Buffer.from(stringOf(file?.['content']), 'base64').toString();
    const text = [
      ...(places.length === 0 || places.includes('file') ? [content] : []),
      ...(places.length === 0 || places.includes('path') ? [path] : []),
    ]
      .join('\n')
      .toLowerCase();
    if (!matchesWords(text, query)) continue;
    matches.push({ ...item, text_matches: fragments(content, words, stringOf(item['url'])) });
  }
  return matches;
}

/** The first lines with one of the words, each with its neighbours. */
function fragments(content: string, words: readonly string[], object_url: string): Entity[] {
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
