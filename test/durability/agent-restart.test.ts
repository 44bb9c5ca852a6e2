// An agent whose stack is killed in the middle of its loop: what was done stays done, and the run goes on to its end.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { childEnvironment } from '../support/child-environment.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { callApi } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

interface StackProcess {
  readonly api: string;
  readonly token: string;
  readonly openai: FaultProxy;
  readonly github: FaultProxy;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

const settingsMessage = z.object({
  settings: z.object({ OPENAI_BASE_URL: z.string(), GITHUB_API_URL: z.string() }),
});

async function start(home: string): Promise<StackProcess> {
  const child: ChildProcess = fork(path.join(import.meta.dirname, '../support/stack-process.ts'), {
    env: { ...childEnvironment, ORCHESTRA_HOME: home },
  });
  const exited = once(child, 'exit');
  const message = async (): Promise<unknown> =>
    (
      await Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error('it ended')))])
    )[0];
  const { settings } = settingsMessage.parse(await message());
  const openai = await startFaultProxy(settings.OPENAI_BASE_URL);
  const github = await startFaultProxy(settings.GITHUB_API_URL);
  child.send({ OPENAI_BASE_URL: openai.url, GITHUB_API_URL: github.url });
  const { apiUrl } = z.object({ apiUrl: z.string() }).parse(await message());
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
    await Promise.all([openai.close(), github.close()]);
  };
  onTestFinished(kill);
  const login = await callApi(`${apiUrl}/auth/login`, 'POST', {
    body: { user_id: 'demo', password: 'demo' },
  });
  return { api: apiUrl, token: login.body.access_token, openai, github, kill };
}

const created = ({ github }: StackProcess) =>
  github.requests.filter(({ method, path: at }) => method === 'POST' && at.endsWith('/issues'));

test('after kill -9 the run goes on with the turn that it was in; what its tools did is not done again', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'orchestra-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const first = await start(home);
  const workflow = {
    id: 'helper',
    steps: [
      {
        id: 'help',
        agent: {
          goal: 'Search our pages, then create an issue in acme/handbook about releasing.',
          tools: ['notion.search_pages', 'github.create_issue'],
        },
      },
    ],
  };
  const saved = await callApi(`${first.api}/workflows`, 'POST', { token: first.token, body: workflow });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  // The third turn comes after the issue.
  first.openai.inject(['hang'], { when: ({ body }) => body.includes('github-create_issue","arguments') });
  const hanging = first.openai.faulted();
  const { body } = await callApi(`${first.api}/workflows/helper/executions`, 'POST', {
    token: first.token,
    body: {},
  });
  await hanging;
  expect(created(first)).toHaveLength(1);
  await first.kill();

  const second = await start(home);
  const log = await until(async () => {
    const answer = await callApi(`${second.api}/executions/${body.id}/log`, 'GET', { token: second.token });
    if (answer.status === 200 && answer.body.status !== 'running') return answer.body;
    throw new Error(JSON.stringify(answer.body));
  });
  expect(log).toMatchObject({
    status: 'succeeded',
    output: { turns: 3, tool_calls: 2 },
    steps: [
      {
        id: 'help',
        turns: [
          { calls: [{ action: 'notion.search_pages', status: 'succeeded' }] },
          { calls: [{ action: 'github.create_issue', status: 'succeeded' }] },
          { attempts: 2, calls: [] },
        ],
      },
    ],
  });
  expect(created(second)).toEqual([]);
});
