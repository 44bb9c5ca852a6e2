// What `npm start` takes: npm, the stack and all below it, before and while it works.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '../support/test-stack.ts';
import type { Amount } from './bench.ts';
import { sampleTree } from './child.ts';
import { load } from './load.ts';
import { figure, table } from './table.ts';
import { counting } from './workflow.ts';

const IDLE_SECONDS = 5;
const STEPS = 40;
const CLIENTS = 16;

/** With them every emulated provider is at work. */
const shipped = {
  simple_ai_completion: { prompt: 'Write a haiku about state machines' },
  email_to_notion: { notion_database_id: '11111111-aaaa-4aaa-8aaa-000000000001' },
  generate_sop_to_github: {
    task_description: 'Rotate the API keys',
    repo_name: 'acme/handbook',
    file_path: 'docs/sop/keys.md',
  },
};

export async function memory(amount: Amount): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'bench-'));
  const npm = spawn('npm', ['start'], {
    env: { ...process.env, ORCHESTRA_HOME: home, PORT: '0', AWS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // npm passes no signal on to what it runs: the whole group is told to end.
    detached: true,
  });
  const ended = once(npm, 'exit');
  let printed = '';
  for await (const chunk of npm.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (printed.includes('Log in')) break;
  }
  npm.stdout.resume();
  const url = /API +(http:\/\/\S+)/.exec(printed)?.[1] ?? '';
  const tree = sampleTree(npm.pid ?? 0);
  const rows: [string, string][] = [];

  await sleep(IDLE_SECONDS * 1000);
  rows.push([`idle, ${IDLE_SECONDS} s after the start`, figure(await tree.now())]);

  const login = await callApi(`${url}/auth/login`, 'POST', { body: { user_id: 'demo', password: 'demo' } });
  const token: string = login.body.access_token;
  await callApi(`${url}/workflows`, 'POST', { token, body: counting(STEPS) });
  tree.peakMb();
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    prefer: 'wait=20',
  };
  const target = {
    url: `${url}/workflows/count_${STEPS}/executions`,
    headers,
    body: '{"input":{"n":0}}',
    check(_: number, body: string) {
      const answer = JSON.parse(body);
      if (answer.output !== STEPS) throw new Error(body);
      return answer;
    },
  };
  await load(target, CLIENTS, amount.of(5000));
  rows.push([`at most, ${STEPS} steps for ${CLIENTS} clients`, figure(tree.peakMb())]);

  for (const [workflow_id, variables] of Object.entries(shipped)) {
    const { body } = await callApi(`${url}/workflows/execute`, 'POST', {
      token,
      headers: { prefer: 'wait=20' },
      body: { workflow_id, variables },
    });
    if (body.status !== 'succeeded') throw new Error(JSON.stringify(body));
  }
  rows.push(['at most, then the three shipped workflows', figure(tree.peakMb())]);

  tree.stop();
  process.kill(-(npm.pid ?? 0), 'SIGTERM');
  await ended;
  await rm(home, { recursive: true });
  return `## Memory

\`npm start\` with nothing saved before, the resident memory of all its processes, npm's own with them; pages that two of
them share count twice. A provider's emulator and Cognito load when they are first asked.

${table(['', 'MB'], [...rows, ['Node-RED 5.0.7, idle (recorded)', '143'], ['Node-RED 5.0.7, at most (recorded)', '388']])}`;
}
