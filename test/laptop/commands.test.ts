// `npm start` and `npm run demo` as a user runs them: processes, what they print, how they end.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { childEnvironment } from '../support/child-environment.ts';
import { callApi } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

const root = path.resolve(import.meta.dirname, '../..');
let home: string;
let children: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'orchestra-'));
});
afterEach(async () => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  children = [];
  await rm(home, { recursive: true, force: true });
});

interface Command {
  readonly pid: number;
  /** What it has printed so far. */
  output(): string;
  errors(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the text was printed; rejects when the process ends before. */
  printed(text: string): Promise<void>;
  /** The exit code, once everything that it printed was read. */
  readonly ended: Promise<number | null>;
}

function command(file: string, environment: Record<string, string> = {}): Command {
  const child = spawn(process.execPath, [path.join(root, file)], {
    cwd: root,
    env: { ...childEnvironment, ORCHESTRA_HOME: home, PORT: '0', AWS_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ended = once(child, 'close').then(([code]) => code);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    errors: () => errors,
    kill: (signal) => child.kill(signal),
    printed: async (text) => {
      while (!output.includes(text)) {
        const more = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
        if (more === undefined && !output.includes(text))
          throw new Error(`ended before it printed ${text}: ${errors}`);
      }
    },
    ended,
  };
}

const apiOf = (output: string) => /API +(http:\/\/\S+)/.exec(output)?.[1] ?? '';

async function tokenAt(api: string): Promise<string> {
  const { body } = await callApi(`${api}/auth/login`, 'POST', {
    body: { user_id: 'demo', password: 'demo' },
  });
  return body.access_token;
}

describe('npm start', () => {
  test('keeps workflows, executions, logs and the providers’ state across a restart', async () => {
    const first = command('local/main.ts');
    await first.printed('Log in, then run a workflow');
    let api = apiOf(first.output());
    let token = await tokenAt(api);
    const sop = {
      task_description: 'Close the shop',
      repo_name: 'acme/handbook',
      file_path: 'docs/close.md',
    };
    const ran = await callApi(`${api}/workflows/generate_sop_to_github/executions`, 'POST', {
      token,
      body: { input: sop },
      headers: { prefer: 'wait=25' },
    });
    expect(ran.body.status).toBe('succeeded');
    await callApi(`${api}/workflows`, 'POST', {
      token,
      body: { id: 'mine', steps: [{ id: 'one', transform: 'kept' }] },
    });
    first.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(first.errors()).toBe('');

    const second = command('local/main.ts');
    await second.printed('Log in, then run a workflow');
    api = apiOf(second.output());
    token = await tokenAt(api);
    expect((await callApi(`${api}/workflows/mine`, 'GET', { token })).body).toMatchObject({
      version: 1,
      steps: [{ id: 'one' }],
    });
    expect((await callApi(`${api}/executions/${ran.body.id}`, 'GET', { token })).body).toEqual(ran.body);
    expect((await callApi(`${api}/executions/${ran.body.id}/log`, 'GET', { token })).body.output).toEqual(
      ran.body.output,
    );
    const again = await callApi(`${api}/workflows/generate_sop_to_github/executions`, 'POST', {
      token,
      body: { input: sop },
      headers: { prefer: 'wait=25' },
    });
    // The file is there already, so there is nothing to commit.
    expect(again.body.output.commit_sha).toBe(ran.body.output.commit_sha);
    second.kill('SIGINT');
    expect(await second.ended).toBe(0);
  });

  test.each(['PORT', 'AWS_PORT'])('a %s in use: one line that names it, exit code 1', async (name) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo; // a listening TCP server has a port
    const start = command('local/main.ts', { [name]: String(port) });
    expect(await start.ended).toBe(1);
    taken.close();
    expect(start.output()).toBe('');
    expect(start.errors()).toBe(
      `Port ${port} on 127.0.0.1 is in use by another process; ${name} chooses another\n`,
    );
  });

  test('a second one on the same folder: one line that says who has it, exit code 1', async () => {
    const first = command('local/main.ts');
    await first.printed('Log in, then run a workflow');
    const second = command('local/main.ts');
    expect(await second.ended).toBe(1);
    expect(second.errors()).toMatch(
      new RegExp(`^${home} is in use by the stack with process id ${first.pid}; .*\n$`),
    );
    first.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  });

  test('after kill -9 it starts again with what was accepted', async () => {
    const first = command('local/main.ts');
    await first.printed('Log in, then run a workflow');
    const api = apiOf(first.output());
    const token = await tokenAt(api);
    const { body } = await callApi(`${api}/workflows/simple_ai_completion/executions`, 'POST', {
      token,
      body: {},
    });
    first.kill('SIGKILL');
    await first.ended;

    const second = command('local/main.ts');
    await second.printed('Log in, then run a workflow');
    const secondApi = apiOf(second.output());
    const secondToken = await tokenAt(secondApi);
    const log = await until(async () => {
      const { status, body: text } = await callApi(`${secondApi}/executions/${body.id}/log`, 'GET', {
        token: secondToken,
      });
      if (status === 404 || text.status === 'running') throw new Error(`${body.id} has no log`);
      return text;
    });
    expect(log).toMatchObject({ execution_id: body.id, status: 'succeeded' });
  });
});

describe('npm run demo', () => {
  test('runs the three shipped workflows, shows each effect and log, and ends by itself', async () => {
    const demo = command('local/demo/main.ts');
    expect([await demo.ended, demo.errors()]).toEqual([0, '']);
    const output = demo.output();
    for (const line of [
      /^1\. simple_ai_completion\n.*states +complete Task\n.*complete +openai\.generate_completion +\S+ m?s +succeeded, 1 attempt\n/m,
      /^2\. email_to_notion\n.*states +fetch Task → summary\.when Choice → summary Task → page\.when Choice → page Task/m,
      /page +notion\.create_page +\S+ m?s +succeeded, 1 attempt\n.*Notion +page “Unread mail, /,
      /^3\. generate_sop_to_github\n.*states +sop Task → commit Task\n/m,
      /GitHub +commit [0-9a-f]{40}\n/,
    ]) {
      expect(output).toMatch(line);
    }
    const logs = [...output.matchAll(/^ +log +(\S+)$/gm)].map(([, file = '']) => file);
    const workflows = await Promise.all(
      logs.map(async (file) => JSON.parse(await readFile(path.resolve(root, file), 'utf8')).workflow_id),
    );
    expect(workflows).toEqual(['simple_ai_completion', 'email_to_notion', 'generate_sop_to_github']);
  });
});
