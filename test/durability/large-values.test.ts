// Values that no state can hold, from one provider to another.
import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { auth, gmail } from '@googleapis/gmail';
import { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { githubToken } from '../../local/providers/github/seed.ts';
import { googleClient } from '../../local/providers/google/seed.ts';
import { modelAnswer } from '../support/model-answers.ts';
import { logOf, startTestStack, type TestStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

let stack: TestStack;
let mailbox: ReturnType<typeof gmail>;
let github: Octokit;
beforeAll(async () => {
  stack = await startTestStack();
  const { settings } = stack.stack;
  const client = new auth.OAuth2({
    clientId: googleClient.client_id,
    clientSecret: googleClient.client_secret,
    endpoints: { oauth2TokenUrl: settings.GOOGLE_TOKEN_URL ?? '' },
  });
  client.setCredentials({ refresh_token: googleClient.refresh_token });
  mailbox = gmail({ version: 'v1', auth: client, rootUrl: `${settings.GMAIL_BASE_URL}/` });
  github = new Octokit({ auth: githubToken, baseUrl: settings.GITHUB_API_URL ?? '' });
});
afterAll(() => stack.close());
afterEach(() => {
  for (const proxy of Object.values(stack.faults)) proxy.clear();
});

async function save(id: string, steps: readonly object[], inputs: object = {}) {
  const saved = await stack.call('POST', '/workflows', { body: { id, name: id, inputs, steps } });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
}

async function run(id: string, input: object = {}) {
  const { status, body } = await stack.call('POST', `/workflows/${id}/executions`, {
    body: { input },
    headers: { prefer: 'wait=25' },
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return { execution: body, log: await logOf(stack, body.id) };
}

/** What is in acme/handbook, whole. */
async function committed(file: string): Promise<Buffer> {
  const place = { owner: 'acme', repo: 'handbook' };
  const found = await github.rest.repos.getContent({ ...place, path: file });
  const { data } = await github.rest.git.getBlob({ ...place, file_sha: Object(found.data).sha });
  return Buffer.from(data.content, 'base64');
}

const keptValues = async () => {
  const folder = path.join(stack.home, 's3', 'ai-orchestra-local-logs', 'values');
  return (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    (entry) => !entry.isDirectory(),
  );
};

/** A mail with one file, by its id. */
async function mailWith(file: Buffer): Promise<string> {
  const source = [
    'From: ada@fabrikam.example\r\nTo: demo@acme.example\r\nSubject: The scan\r\nMIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--b',
    'Content-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename=scan.pdf\r\n\r\n${file.toString('base64')}\r\n--b--\r\n`,
  ].join('\r\n');
  const { data } = await mailbox.users.messages.insert({
    userId: 'me',
    requestBody: { raw: Buffer.from(source).toString('base64url'), labelIds: ['INBOX'] },
  });
  return data.id ?? '';
}

const scan = randomBytes(5 * 1024 * 1024);
const page = randomBytes(300 * 1024);
const fetchAndCommit: [object, object, { id: string; action: string; params: object }] = [
  { id: 'files', action: 'gmail.list_attachments', params: { message_id: '{{ inputs.mail }}' } },
  {
    id: 'file',
    action: 'gmail.get_attachment',
    params: { message_id: '{{ inputs.mail }}', part_id: '{{ steps.files.attachments[0].part_id }}' },
  },
  {
    id: 'commit',
    action: 'github.commit_file',
    params: {
      repo_name: 'acme/handbook',
      file_path: 'scans/{{ inputs.name }}',
      content: '{{ steps.file.content }}',
      encoding: 'base64',
    },
  },
];
const inputs = { mail: { type: 'string' }, name: { type: 'string' } };

test('an attachment of 5 MB passes from Gmail to GitHub byte for byte, also when an answer is lost on its way', async () => {
  await save('scan_to_github', fetchAndCommit, inputs);
  stack.faults.github.inject(['lose'], { when: ({ method }) => method === 'PUT' });
  const { execution, log } = await run('scan_to_github', { mail: await mailWith(scan), name: 'first.pdf' });
  expect(execution.status, JSON.stringify(execution.error)).toBe('succeeded');
  expect((await committed('scans/first.pdf')).equals(scan)).toBe(true);
  expect(log.steps[1].output).toEqual({
    part_id: expect.any(String),
    filename: 'scan.pdf',
    content_type: 'application/pdf',
    size_bytes: scan.length,
    content: {
      large_value: expect.stringMatching(/^[0-9a-f]{32}\/[0-9a-f]{64}\.base64$/),
      size_bytes: scan.length,
      content_type: 'application/pdf',
      preview: scan.toString('base64').slice(0, 98),
    },
  });
  expect(log.steps[2].attempts).toBe(2);
  expect(await keptValues()).toHaveLength(1);
});

test('whoever may read the run downloads the file, for a minute and under its name', async () => {
  const { log } = await run('scan_to_github', { mail: await mailWith(page), name: 'fourth.pdf' });
  const { large_value } = log.steps[1].output.content;
  const address = `/large-values/${large_value}?filename=${encodeURIComponent("Anna's *scan*.pdf")}`;
  expect((await stack.call('GET', address, { token: null })).status).toBe(401);
  const { status, body } = await stack.call('GET', address, { token: await stack.tokenOf('viewer') });
  expect(status, JSON.stringify(body)).toBe(200);
  const left = Date.parse(body.expires_at) - Date.now();
  expect([left > 0, left <= 60_000, new URL(body.url).searchParams.get('X-Amz-Expires')]).toEqual([
    true,
    true,
    '60',
  ]);
  const file = await fetch(body.url);
  expect(Buffer.from(await file.arrayBuffer()).equals(page)).toBe(true);
  expect([file.headers.get('content-type'), file.headers.get('content-disposition')]).toEqual([
    'application/octet-stream',
    "attachment;filename*=UTF-8''Anna%27s%20%2Ascan%2A.pdf",
  ]);
  const gone = await stack.call('GET', `/large-values/${'0'.repeat(32)}/${'0'.repeat(64)}`);
  expect([gone.status, gone.body.type]).toEqual([404, '/docs#not-found']);
  expect((await stack.call('GET', '/large-values/..%2Fexecutions/x')).status).toBe(400);
});

test('a rerun and a redrive find the value that the run before has kept', async () => {
  const denied = { status: 403, headers: { 'content-type': 'application/json' }, body: '{"message":"no"}' };
  stack.faults.github.inject([denied], { forever: true });
  const { execution } = await run('scan_to_github', { mail: await mailWith(page), name: 'second.pdf' });
  expect(execution).toMatchObject({ status: 'failed', error: { name: 'Unauthorized' } });
  stack.faults.github.clear();
  const rerun = await stack.call('POST', `/executions/${execution.id}/rerun`, { body: { from: 'commit' } });
  expect(rerun.status, JSON.stringify(rerun.body)).toBe(202);
  expect(await logOf(stack, rerun.body.id)).toMatchObject({ status: 'succeeded' });
  expect((await committed('scans/second.pdf')).equals(page)).toBe(true);
  const redriven = await stack.call('POST', `/executions/${execution.id}/redrive`);
  expect(redriven.status, JSON.stringify(redriven.body)).toBe(202);
  await until(async () => {
    const { body } = await stack.call('GET', `/executions/${execution.id}`);
    expect(body.status).toBe('succeeded');
  });
});

test('a text of 300 KB stands whole in the text that it is joined to', async () => {
  const text = 'Grüße\n'.repeat(50_000);
  stack.faults.openai.inject([modelAnswer(text)]);
  await save('long_text', [
    { id: 'answer', action: 'openai.generate_completion', params: { prompt: 'Say hello' } },
    {
      id: 'commit',
      action: 'github.commit_file',
      params: {
        repo_name: 'acme/handbook',
        file_path: 'long.md',
        content: '# Answer\n\n{{ steps.answer.text }}!',
      },
    },
  ]);
  const { execution, log } = await run('long_text');
  expect(execution.status, JSON.stringify(execution.error)).toBe('succeeded');
  expect((await committed('long.md')).toString()).toBe(`# Answer\n\n${text}!`);
  expect(log.steps[0].output.text).toMatchObject({ size_bytes: Buffer.byteLength(text) });
});

test('a run and the runs that it starts hand large values to each other, and so do their reruns; no other run does', async () => {
  const [files, file, commit] = fetchAndCommit;
  await save('fetches', [files, file], inputs);
  const put = { ...commit, params: { ...commit.params, content: '{{ inputs.file }}' } };
  const given = { name: { type: 'string' }, file: {} };
  await save('puts', [put], given);
  const puts = {
    id: 'put',
    workflow: 'puts',
    input: { name: '{{ inputs.name }}', file: '{{ inputs.file }}' },
  };
  await save('passes_on', [puts], given);
  const input = { name: '{{ inputs.name }}', file: '{{ item.content }}' };
  await save(
    'hands_on',
    [
      { id: 'fetched', workflow: 'fetches', input: { mail: '{{ inputs.mail }}', name: '{{ inputs.name }}' } },
      {
        ...{ id: 'each', for_each: '{{ [steps.fetched] }}', mode: 'distributed' },
        steps: [{ id: 'passed', workflow: 'passes_on', input }],
      },
    ],
    inputs,
  );
  const denied = { status: 403, headers: { 'content-type': 'application/json' }, body: '{"message":"no"}' };
  stack.faults.github.inject([denied], { forever: true });
  const { execution, log } = await run('hands_on', { mail: await mailWith(page), name: 'fifth.pdf' });
  expect(execution.status).toBe('failed');
  stack.faults.github.clear();
  const runs = async (id: string) => (await stack.call('GET', `/executions?workflow_id=${id}`)).body.items;
  const rerun = async (id: string, body: object = {}) => {
    const { status, body: started } = await stack.call('POST', `/executions/${id}/rerun`, { body });
    expect(status, JSON.stringify(started)).toBe(202);
    return logOf(stack, started.id);
  };
  const [inner] = await runs('puts');
  expect(await rerun(inner.id, { from: 'start' })).toMatchObject({
    ...{ status: 'succeeded', input: { name: 'fifth.pdf', file: log.steps[0].output.content } },
  });
  expect((await committed('scans/fifth.pdf')).equals(page)).toBe(true);
  expect((await rerun(execution.id)).status).toBe('succeeded');
  const foreign = await run('passes_on', { name: 'sixth.pdf', file: log.steps[0].output.content });
  expect(foreign.execution).toMatchObject({
    status: 'failed',
    error: {
      name: 'InvalidInput',
      message: expect.stringContaining('/content: refers to a large value of another run'),
    },
  });
});

test('what the sender of an input writes reads no other run', async () => {
  const { log } = await run('scan_to_github', { mail: await mailWith(page), name: 'third.pdf' });
  const stolen = log.steps[1].output.content;
  const issue = { repo_name: 'acme/handbook', title: 'Stolen', body: '{{ inputs.value }}' };
  await save('takes_anything', [{ id: 'only', action: 'github.create_issue', params: issue }], { value: {} });
  const { execution } = await run('takes_anything', { value: stolen });
  expect(execution).toMatchObject({
    status: 'failed',
    error: {
      name: 'InvalidInput',
      message: expect.stringContaining('/body: refers to a large value of another run'),
    },
  });
  const guessed = createHash('sha256').update(execution.id).digest('hex').slice(0, 32);
  const other = await run('takes_anything', { value: { ...stolen, large_value: `${guessed}/../logs/x` } });
  expect(other.execution).toMatchObject({ status: 'failed', error: { name: 'InvalidInput' } });
});
