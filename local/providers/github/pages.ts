// What github.com shows for the addresses in GitHub's responses (html_url): repositories, issues and pull requests
// with their comments, files, commits.
import { escapeHtml, htmlPage } from '../shared/html.ts';
import { type Read, stringOf } from './store.ts';

interface Page {
  readonly title: string;
  /** HTML; texts in it are escaped. */
  readonly body: string;
}

/** The page at a path of the web site; undefined when the path is not one of a page. */
export async function renderPage(path: string, read: Read): Promise<Response | undefined> {
  const match = /^\/(?<repo>[\w-]+\/[\w.-]+)(?:\/(?<kind>issues|pull|blob|commit)\/(?<rest>[^?]+))?\/?$/.exec(
    path,
  );
  const { repo, kind = 'repository', rest = '' } = match?.groups ?? {};
  if (repo === undefined || repo.startsWith('repos/')) return undefined;
  const load = pages[kind];
  const page = load && (await load(repo, rest, read));
  // Other addresses look like that of a repository too.
  if (!page && kind === 'repository') return undefined;
  const [status, { title, body }] = page
    ? [200, page]
    : [404, { title: 'Not found', body: '<p>There is nothing at this address.</p>' }];
  return new Response(htmlPage(title, body, 'GitHub'), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}

const pages: Readonly<Record<string, (repo: string, rest: string, read: Read) => Promise<Page | undefined>>> =
  {
    async repository(repo, _rest, read) {
      const found = await read(`/repos/${repo}`);
      if (!found) return undefined;
      return {
        title: stringOf(found['full_name']),
        body: `<p>${escapeHtml(stringOf(found['description']))}</p>`,
      };
    },
    issues: discussion,
    pull: discussion,
    async blob(repo, rest, read) {
      const [ref = '', ...path] = rest.split('/');
      const file = await read(`/repos/${repo}/contents/${path.join('/')}?ref=${ref}`);
      if (file?.['type'] !== 'file') return undefined;
      const content = Buffer.from(stringOf(file['content']), 'base64').toString();
      return {
        title: stringOf(file['path']),
        body: section(`${repo} · ${decodeURIComponent(ref)}`, content),
      };
    },
    async commit(repo, rest, read) {
      const found = /^[0-9a-f]{7,40}$/.test(rest) ? await read(`/repos/${repo}/commits/${rest}`) : undefined;
      if (!found) return undefined;
      const commit = Object(found['commit']);
      const changes = list(found['files']).map(
        ({ status, filename, patch }) => `${stringOf(status)} ${stringOf(filename)}\n${stringOf(patch)}`,
      );
      const heading = [repo, rest, stringOf(commit.author?.name), stringOf(commit.author?.date)].join(' · ');
      return { title: stringOf(commit.message), body: section(heading, changes.join('\n\n')) };
    },
  };

/** An issue or a pull request, which GitHub's API returns as an issue too. */
async function discussion(repo: string, number: string, read: Read): Promise<Page | undefined> {
  const path = `/repos/${repo}/issues/${number}`;
  const pull = /^\d+$/.test(number) ? await read(`/repos/${repo}/pulls/${number}`) : undefined;
  const issue = pull ?? (/^\d+$/.test(number) ? await read(path) : undefined);
  if (!issue) return undefined;
  const labels = list(issue['labels']).map(({ name }) => stringOf(name));
  const branches = pull
    ? [`${stringOf(Object(pull['head']).ref)} → ${stringOf(Object(pull['base']).ref)}`]
    : [];
  const heading = [
    repo,
    stringOf(issue['state']),
    stringOf(issue['created_at']),
    ...branches,
    ...labels,
  ].join(' · ');
  const comments = list(await read(`${path}/comments?per_page=100`)).map(({ user, created_at, body }) =>
    section(`${stringOf(Object(user).login)} · ${stringOf(created_at)}`, withoutHtmlComments(body)),
  );
  return {
    title: `${stringOf(issue['title'])} #${number}`,
    body:
      section(heading, withoutHtmlComments(issue['body'])) +
      comments.map((comment) => `<hr>${comment}`).join(''),
  };
}

/** GitHub does not render them. */
function withoutHtmlComments(body: unknown): string {
  return stringOf(body)
    .replace(/<!--.*?-->/gs, '')
    .trim();
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}

function section(heading: string, content: unknown): string {
  return `<p><small>${escapeHtml(heading)}</small></p><pre>${escapeHtml(stringOf(content))}</pre>`;
}
