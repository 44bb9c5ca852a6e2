// What github.com shows for the addresses in GitHub's answers (html_url): repositories, issues and pull requests
// with their comments, files, commits.
import { escapeHtml, htmlPage } from './html.ts';

interface Shown {
  readonly title: string;
  /** HTML, in which texts are escaped. */
  readonly body: string;
}

/** Asks the emulator's API; undefined when it answers with an error. */
type Ask = (path: string) => Promise<Record<string, unknown> | undefined>;

/** The page for a path of the web site; undefined when the path is none of those. */
export async function githubPage(path: string, ask: Ask): Promise<Response | undefined> {
  const match = /^\/(?<repo>[\w-]+\/[\w.-]+)(?:\/(?<kind>issues|pull|blob|commit)\/(?<rest>[^?]+))?\/?$/.exec(
    path,
  );
  const { repo, kind = 'repository', rest = '' } = match?.groups ?? {};
  if (repo === undefined || repo.startsWith('repos/')) return undefined;
  const show = pages[kind];
  const shown = show && (await show(repo, rest, ask));
  // Other addresses look like that of a repository too.
  if (!shown && kind === 'repository') return undefined;
  const [status, { title, body }] = shown
    ? [200, shown]
    : [404, { title: 'Not found', body: '<p>There is nothing at this address.</p>' }];
  return new Response(htmlPage(title, body, 'GitHub'), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}

const pages: Readonly<Record<string, (repo: string, rest: string, ask: Ask) => Promise<Shown | undefined>>> =
  {
    async repository(repo, _rest, ask) {
      const found = await ask(`/repos/${repo}`);
      if (!found) return undefined;
      return { title: text(found['full_name']), body: `<p>${escapeHtml(text(found['description']))}</p>` };
    },
    issues: discussion,
    pull: discussion,
    async blob(repo, rest, ask) {
      const [ref = '', ...path] = rest.split('/');
      const file = await ask(`/repos/${repo}/contents/${path.join('/')}?ref=${ref}`);
      if (file?.['type'] !== 'file') return undefined;
      const content = Buffer.from(text(file['content']), 'base64').toString();
      return {
        title: text(file['path']),
        body: describe(`${repo} · ${decodeURIComponent(ref)}`, content),
      };
    },
    async commit(repo, rest, ask) {
      const found = /^[0-9a-f]{7,40}$/.test(rest) ? await ask(`/repos/${repo}/commits/${rest}`) : undefined;
      if (!found) return undefined;
      const commit = Object(found['commit']);
      const changes = list(found['files']).map(
        ({ status, filename, patch }) => `${text(status)} ${text(filename)}\n${text(patch)}`,
      );
      const line = [repo, rest, text(commit.author?.name), text(commit.author?.date)].join(' · ');
      return { title: text(commit.message), body: describe(line, changes.join('\n\n')) };
    },
  };

/** An issue or a pull request, which GitHub's API gives as an issue too. */
async function discussion(repo: string, number: string, ask: Ask): Promise<Shown | undefined> {
  const path = `/repos/${repo}/issues/${number}`;
  const pull = /^\d+$/.test(number) ? await ask(`/repos/${repo}/pulls/${number}`) : undefined;
  const issue = pull ?? (/^\d+$/.test(number) ? await ask(path) : undefined);
  if (!issue) return undefined;
  const labels = list(issue['labels']).map(({ name }) => text(name));
  const branches = pull ? [`${text(Object(pull['head']).ref)} → ${text(Object(pull['base']).ref)}`] : [];
  const line = [repo, text(issue['state']), text(issue['created_at']), ...branches, ...labels].join(' · ');
  const comments = list(await ask(`${path}/comments?per_page=100`)).map(({ user, created_at, body }) =>
    describe(`${text(Object(user).login)} · ${text(created_at)}`, rendered(body)),
  );
  return {
    title: `${text(issue['title'])} #${number}`,
    body: describe(line, rendered(issue['body'])) + comments.map((comment) => `<hr>${comment}`).join(''),
  };
}

/** GitHub's Markdown shows no HTML comments. */
function rendered(body: unknown): string {
  return text(body)
    .replace(/<!--.*?-->/gs, '')
    .trim();
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}

function describe(line: string, content: unknown): string {
  return `<p><small>${escapeHtml(line)}</small></p><pre>${escapeHtml(text(content))}</pre>`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
