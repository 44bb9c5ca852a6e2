// github.commit_file, create_issue and list_repositories: what GitHub is asked, and what comes back.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { invoke, type ProviderServer, startProviderServer } from '../../../test/support/provider-server.ts';

process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
const { handler: commitFile } = await import('./commit-file.ts');
const { handler: listRepositories } = await import('./list-repositories.ts');

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
  server.stored.set('/ai-orchestra/test/connections/github/default', '{"token":"tok-1234"}');
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const sha = (text: string) =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
const url = 'https://github.com/octo/handbook/blob/main/sops/a.md';
const present = (text: string) => ({ body: { type: 'file', sha: sha(text), html_url: url } });
const absent = { status: 404, body: { message: 'Not Found' } };
const committed = { status: 201, body: { content: { html_url: url }, commit: { sha: 'c0ffee' } } };
const input = { repo_name: 'octo/handbook', file_path: 'sops/a.md', content: 'Grüße\n', branch: 'main' };
const asked = () => server.asked.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);

test('a new file is created', async () => {
  server.answer(absent, committed);
  expect(await invoke(commitFile, input)).toEqual({
    commit_sha: 'c0ffee',
    path: 'sops/a.md',
    branch: 'main',
    url,
    created: true,
    changed: true,
  });
  expect(asked()).toEqual([
    'GET /repos/octo/handbook/contents/sops/a.md?ref=main',
    'PUT /repos/octo/handbook/contents/sops/a.md',
  ]);
  expect(server.asked[1]?.headers.authorization).toBe('token tok-1234');
  expect(server.asked[1]?.headers['x-github-api-version']).toBe('2026-03-10');
  expect(server.asked[1]?.json).toEqual({
    branch: 'main',
    message: 'Add sops/a.md',
    content: Buffer.from('Grüße\n').toString('base64'),
  });
});

test.each(['AP8+/w==', 'AP8-_w', 'AP8+\n/w==\n'])(
  'bytes in base64 arrive as they are: %j',
  async (content) => {
    server.answer(absent, committed);
    await invoke(commitFile, { ...input, content, encoding: 'base64' });
    expect(server.asked[1]?.json).toMatchObject({ content: 'AP8+/w==' });
  },
);

test.each(['Grüße', 'A', 'AP8+/w=', 'A=B='])('what is not base64 is refused: %j', async (content) => {
  await expect(invoke(commitFile, { ...input, content, encoding: 'base64' })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'The input is invalid. /content: must be base64, as encoding says',
  });
  expect(server.asked).toEqual([]);
});

test('an existing file is replaced, with its sha', async () => {
  server.answer(present('old'), committed);
  const message = 'New greeting';
  expect(await invoke(commitFile, { ...input, message })).toMatchObject({ created: false, changed: true });
  expect(server.asked[1]?.json).toMatchObject({ sha: sha('old'), message });
});

test('the same content makes no commit; the last commit of the file is returned', async () => {
  server.answer(present('Grüße\n'), { body: [{ sha: 'abc123' }] });
  expect(await invoke(commitFile, input)).toEqual({
    commit_sha: 'abc123',
    path: 'sops/a.md',
    branch: 'main',
    url,
    created: false,
    changed: false,
  });
  expect(asked()[1]).toBe('GET /repos/octo/handbook/commits?sha=main&path=sops/a.md&per_page=1');
});

test('a concurrent commit: read again once, then Conflict', async () => {
  const conflict = { status: 409, body: { message: 'sops/a.md does not match' } };
  server.answer(present('old'), conflict, present('newer'), committed);
  expect(await invoke(commitFile, input)).toMatchObject({ commit_sha: 'c0ffee' });
  expect(server.asked[3]?.json).toMatchObject({ sha: sha('newer') });
  const appeared = { status: 422, body: { message: 'Invalid request.\n\n"sha" wasn\'t supplied.' } };
  server.answer(absent, appeared, present('old'), conflict);
  await expect(invoke(commitFile, input)).rejects.toMatchObject({
    name: 'Conflict',
    message: 'GitHub answered 409: sops/a.md does not match',
  });
  expect(server.asked).toHaveLength(8);
});

test('the branch defaults to the default branch, the owner to the token’s user', async () => {
  server.answer({ body: { login: 'ada' } }, { body: { default_branch: 'trunk' } }, absent, committed);
  const { branch: _left, ...rest } = input;
  expect(await invoke(commitFile, { ...rest, repo_name: 'handbook' })).toMatchObject({ branch: 'trunk' });
  expect(asked()).toEqual([
    'GET /user',
    'GET /repos/ada/handbook',
    'GET /repos/ada/handbook/contents/sops/a.md?ref=trunk',
    'PUT /repos/ada/handbook/contents/sops/a.md',
  ]);
});

test('a directory is not replaced', async () => {
  server.answer({ body: [{ type: 'file', path: 'sops/a.md/x' }] });
  await expect(invoke(commitFile, input)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'sops/a.md is not a file in octo/handbook, but a directory or a link',
  });
});

test.each(['../x', '/x', 'a/../b', 'a/./b', 'a//b', 'a/', '.', '..', '', 'a\\..\\b', 'a\0b'])(
  'a path outside the repository is refused: %j',
  async (file_path) => {
    await expect(invoke(commitFile, { ...input, file_path })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'The input is invalid. /file_path: must be a path inside the repository, like docs/guide.md',
    });
    expect(server.asked).toEqual([]);
  },
);

test.each(['.github/x.yml', 'a..b/c..md', '...', 'straße/ä b#?%.md'])(
  'a path inside is accepted: %s',
  async (file_path) => {
    server.answer(absent, committed);
    await invoke(commitFile, { ...input, file_path });
    expect(asked()[1]).toBe(`PUT /repos/octo/handbook/contents/${file_path}`);
  },
);

test.each(['..', 'octo/..', 'a/b/c', '/x', 'x/', 'a b', 'octo/x?y'])(
  'not a repository name: %s',
  async (repo_name) => {
    await expect(invoke(commitFile, { ...input, repo_name })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'The input is invalid. /repo_name: must be owner/name, or the name of an own repository',
    });
  },
);

test('list_repositories reads all pages, up to 500 repositories', async () => {
  const page = (count: number) => ({
    body: Array.from({ length: count }, (_, i) => ({
      full_name: `octo/r${i}`,
      description: i === 0 ? null : 'x',
      private: false,
      default_branch: 'main',
      html_url: `https://github.com/octo/r${i}`,
    })),
  });
  server.answer(page(100), page(1));
  const short = await invoke(listRepositories, {});
  expect(short['repositories']).toHaveLength(101);
  expect(short['truncated']).toBe(false);
  expect(Object(short['repositories'])[0]).toEqual({
    full_name: 'octo/r0',
    description: '',
    private: false,
    default_branch: 'main',
    url: 'https://github.com/octo/r0',
  });
  server.answerBy(() => page(100));
  const long = await invoke(listRepositories, {});
  expect([Object(long['repositories']).length, long['truncated']]).toEqual([500, true]);
});

test.each([
  '.github/workflows/ci.yml',
  '.github/actions/a/action.yml',
  '.GITHUB/Workflows/ci.yml',
  '.github /workflows/ci.yml',
])('what GitHub Actions runs is written only where the step says so: %s', async (file_path) => {
  await expect(invoke(commitFile, { ...input, file_path })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: `The input is invalid. /file_path: GitHub Actions would run ${file_path}; a step that is to write such files says allow_workflow_files: true`,
  });
  expect(server.asked).toEqual([]);
  server.answer(absent, committed);
  expect(await invoke(commitFile, { ...input, file_path, allow_workflow_files: true })).toMatchObject({
    path: file_path,
    created: true,
  });
});
