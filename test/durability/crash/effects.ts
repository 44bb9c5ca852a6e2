// The second part of `npm run effects-test [-- --runs 200 --kills 6 --seed 1]`: kills the whole stack while runs write to all providers, redrives
// what failed, and counts what is there.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { githubToken } from '../../../local/providers/github/seed.ts';
import { googleClient } from '../../../local/providers/google/seed.ts';
import { notionIds, notionToken } from '../../../local/providers/notion/seed.ts';
import { callApi } from '../../support/test-stack.ts';
import { freePort } from './engine-process.ts';
import { dice } from './random.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    kills: { type: 'string', default: '6' },
    /** Another one every time when it is left out. */
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [runs, kills, seed] = [Number(values.runs), Number(values.kills), Number(values.seed)];
const random = dice(seed);
const home = mkdtempSync(join(tmpdir(), 'effects-test-'));
const [PORT, AWS_PORT] = [await freePort(), await freePort()];
const main = join(import.meta.dirname, '../../../local/main.ts');
let stack: ChildProcess | undefined;
let token = '';

/** In a process group of its own, so that a kill takes all of it. */
async function start(): Promise<void> {
  const env = { ...process.env, ORCHESTRA_HOME: home, PORT: String(PORT), AWS_PORT: String(AWS_PORT) };
  stack = spawn(process.execPath, [main], {
    env,
    cwd: home,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  if (stack.stdout) await once(stack.stdout, 'data');
  const login = { body: { user_id: 'demo', password: 'demo' } };
  token = (await callApi(`http://127.0.0.1:${PORT}/auth/login`, 'POST', login)).body.access_token;
}

async function kill(): Promise<void> {
  if (stack?.pid === undefined || stack.exitCode !== null) return;
  const ended = once(stack, 'exit');
  process.kill(-stack.pid, 'SIGKILL');
  await ended;
}

const api = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  callApi(`http://127.0.0.1:${PORT}${path}`, method, { body, token, headers });

const n = '{{ inputs.n }}';
const document = {
  id: 'effects',
  inputs: { n: { type: 'string' } },
  steps: [
    { id: 'issue', action: 'github.create_issue', params: { repo_name: 'acme/handbook', title: n } },
    {
      id: 'page',
      action: 'notion.create_page',
      params: { parent_id: notionIds.digestDatabase, title: n, content: 'Once' },
    },
    {
      id: 'comment',
      action: 'github.add_comment',
      params: { repo_name: 'acme/handbook', issue_number: 1, body: n },
    },
    {
      id: 'mail',
      action: 'gmail.send_message',
      params: { to: ['anna.lind@acme.example'], subject: n, body: n },
    },
  ],
  output: null,
};

interface Run {
  readonly id: string;
  readonly status: string;
  readonly error: unknown;
}

async function states(ids: readonly string[]): Promise<Run[]> {
  const all: Run[] = [];
  for (const id of ids) all.push((await api('GET', `/executions/${id}`)).body);
  return all;
}

const nameOf = (index: number) => `run-${String(index).padStart(4, '0')}`;

/** What each run has left at a provider: how often each run's name is there. */
async function counts(
  provider: string,
  path: string,
  init: RequestInit,
  field: RegExp,
): Promise<Map<string, number>> {
  const port = readFileSync(join(home, 'providers', `${provider}.port`), 'utf8').trim();
  const found = new Map<string, number>();
  for (let page = 1, cursor = ''; ; page++) {
    const place = path.replace('{page}', String(page)).replace('{cursor}', cursor);
    const body =
      typeof init.body === 'string' && cursor
        ? { body: init.body.replace('{', `{"start_cursor":"${cursor}",`) }
        : {};
    const text = await (await fetch(`http://127.0.0.1:${port}${place}`, { ...init, ...body })).text();
    const names = [...text.matchAll(field)].map(([, name = '']) => name);
    for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
    cursor = JSON.parse(text).next_cursor ?? '';
    if (names.length === 0 || (provider === 'notion' && !cursor)) return found;
  }
}

async function googleToken(): Promise<string> {
  const port = readFileSync(join(home, 'providers', 'google.port'), 'utf8').trim();
  const body = new URLSearchParams({ ...googleClient, grant_type: 'refresh_token' });
  const answer = await fetch(`http://127.0.0.1:${port}/oauth2/token`, { method: 'POST', body });
  return JSON.parse(await answer.text()).access_token;
}

async function mails(): Promise<Map<string, number>> {
  const port = readFileSync(join(home, 'providers', 'google.port'), 'utf8').trim();
  const headers = { authorization: `Bearer ${await googleToken()}` };
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/gmail/v1/users/me/messages${path}`, { headers });
    return JSON.parse(await answer.text());
  };
  const found = new Map<string, number>();
  for (const { id } of (await get('?labelIds=SENT&maxResults=500')).messages ?? []) {
    const name = /run-\d{4}/.exec(JSON.stringify(await get(`/${id}?format=metadata`)))?.[0];
    if (name !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
  }
  return found;
}

try {
  console.log(`effects test: ${runs} runs, ${kills} kills, seed ${seed}`);
  await start();
  await api('POST', '/workflows', document);
  const ids: string[] = [];
  for (let killed = 0; killed <= kills; killed++) {
    const until = Math.ceil((runs * (killed + 1)) / (kills + 1));
    for (let index = ids.length; index < until; index++) {
      const headers = { 'idempotency-key': nameOf(index) };
      const { body, status } = await api(
        'POST',
        '/workflows/effects/executions',
        { input: { n: nameOf(index) } },
        headers,
      );
      if (status !== 202) throw new Error(JSON.stringify(body));
      ids.push(body.id);
    }
    if (killed === kills) break;
    await setTimeout(random.integer(0, 1500));
    await kill();
    await start();
  }
  let all = await states(ids);
  // Of the runs that wait for another try, every second is stopped and redriven: nothing of the killed stack still writes.
  for (const { id } of all.filter((run, index) => run.status === 'running' && index % 2 === 0)) {
    await api('POST', `/executions/${id}/stop`);
  }
  let redrives = 0;
  for (let round = 0; round < 300; round++) {
    all = await states(ids);
    const ended = all.filter(({ status }) => status !== 'running' && status !== 'succeeded');
    if (all.every(({ status }) => status === 'succeeded')) break;
    for (const { id } of ended) {
      await api('POST', `/executions/${id}/redrive`);
      redrives += 1;
    }
    await setTimeout(1000);
  }
  await kill();
  await start();
  const github = { headers: { authorization: `Bearer ${githubToken}` } };
  const repository = '/repos/acme/handbook/issues';
  const notion = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${notionToken}`,
      'notion-version': '2026-03-11',
      'content-type': 'application/json',
    },
    body: '{"page_size":100}',
  };
  const query = `/v1/data_sources/${notionIds.digestDataSource}/query`;
  const effects = {
    issues: await counts(
      'github',
      `${repository}?state=all&per_page=100&page={page}`,
      github,
      /"title":"(run-\d{4})"/g,
    ),
    comments: await counts(
      'github',
      `${repository}/1/comments?per_page=100&page={page}`,
      github,
      /"body":"(run-\d{4})/g,
    ),
    pages: await counts('notion', query, notion, /"plain_text":"(run-\d{4})"/g),
    mails: await mails(),
  };
  let wrong = 0;
  for (const [what, found] of Object.entries(effects)) {
    const names = Array.from({ length: runs }, (_, index) => nameOf(index));
    const missing = names.filter((name) => !found.has(name));
    const repeated = names.filter((name) => (found.get(name) ?? 0) > 1);
    console.log(`${what}: ${runs - missing.length} of ${runs}, ${repeated.length} more than once`);
    for (const name of missing) console.log(`  missing: ${name}`);
    for (const name of repeated) console.log(`  ${found.get(name)} times: ${name}`);
    wrong += missing.length + repeated.length;
  }
  const left = all.filter(({ status }) => status !== 'succeeded');
  for (const { id, status, error } of left) console.log(`left ${status}: ${id}: ${JSON.stringify(error)}`);
  console.log(`${redrives} redrives; ${left.length} runs left`);
  process.exitCode = wrong + left.length === 0 ? 0 : 1;
} finally {
  await kill();
  rmSync(home, { recursive: true, force: true });
}
