// Steps one after the other, each adding 1: the whole stack over its API, and the engine by itself over its own.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { localSignature } from '../../local/aws/signature.ts';
import type { Amount } from './bench.ts';
import { type Child, startChild } from './child.ts';
import { load, type Target } from './load.ts';
import { type Figures, peers } from './peers.ts';
import { figure, table } from './table.ts';

const CLIENTS = 16;
/** A folder in memory, where there is one. */
const MEMORY = '/dev/shm';

interface Measured extends Figures {
  /** Milliseconds of processor time a request of 40 steps took, of all threads of the server. */
  readonly cpuOf40: number;
}

interface System {
  readonly child: Child;
  readonly requests: number;
  target(steps: number): Target;
  /** Waits until all that follows from the answers has been done: it counts. */
  settle?(): Promise<void>;
}

export async function steps(amount: Amount): Promise<string> {
  const bare = await measured(await bareServer(amount.of(20_000)));
  const rows: [string, Measured][] = [['a bare node:http loop', bare]];
  const add = async (name: string, system: Promise<System>) =>
    rows.push([name, await measured(await system)]);
  await add('the stack', wholeStack(tmpdir(), amount.of(2500)));
  if (existsSync(MEMORY)) await add('the stack, its folder in memory', wholeStack(MEMORY, amount.of(2500)));
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  const file = path.join(folder, 'engine.sqlite');
  await add('the engine, started and read', engine('STANDARD', file, amount.of(5000)));
  await add('the engine in memory, started and read', engine('STANDARD', ':memory:', amount.of(5000)));
  await add('the engine, Express (keeps no history)', engine('EXPRESS', ':memory:', amount.of(10_000)));
  await rm(folder, { recursive: true });
  return `## Steps one after the other

A workflow whose steps each add 1 by an expression is started with \`{"n": 0}\` and waited for. The stack: \`POST
/workflows/{id}/executions\` with \`Prefer: wait\`; token checked, history on disk, and the execution log written, for which
the clock runs on. In memory: the same, the folder on \`/dev/shm\`. The engine: \`StartExecution\` and then
\`DescribeExecution\`, or \`StartSyncExecution\`. p50 with one client, req/s with ${CLIENTS}; processor time of a request
of 40 steps in all threads of the server. The load shares the machine. The other systems' figures are recorded ones.

${table(
  [
    '',
    '10 steps p50 ms',
    '10 steps req/s',
    '40 steps p50 ms',
    '40 steps req/s',
    'CPU ms',
    'peak MB',
    'to n8n',
    'to Node-RED',
    'to bare loop',
  ],
  [
    ...rows.map(([name, figures]) => row(name, figures, bare.perSecondOf40)),
    ...peers.systems.map(([name, figures]) => row(name, figures, peers.bareOf40)),
  ],
)}

The ratios are of req/s with 40 steps, each system's first taken over the bare loop of its own run, since the same code
does twice as much on one day as on another: ${figure(bare.perSecondOf40)} today, ${peers.bareOf40} for n8n (its default) and Node-RED
(${peers.bareOrigin}).`;
}

/** @param bareOf40 what the bare loop did in the run that the figures are of */
function row(name: string, figures: Figures & Partial<Measured>, bareOf40: number): string[] {
  const toBare = figures.perSecondOf40 / bareOf40;
  const [, n8n] = peers.systems[0] ?? [];
  const [, nodeRed] = peers.systems.at(-1) ?? [];
  return [
    name,
    ...[figures.p50of10, figures.perSecondOf10, figures.p50of40, figures.perSecondOf40].map(figure),
    figures.cpuOf40 === undefined ? '' : figure(figures.cpuOf40),
    figure(figures.peakMb),
    ...[n8n, nodeRed].map((peer) => figure(toBare / ((peer?.perSecondOf40 ?? 1) / peers.bareOf40))),
    figure(toBare),
  ];
}

async function measured({ child, requests, target, settle = async () => {} }: System): Promise<Measured> {
  const of = async (steps: number) => {
    await load(target(steps), CLIENTS, Math.ceil(requests / 5));
    await settle();
    const single = await load(target(steps), 1, Math.ceil(requests / 10));
    await settle();
    const before = await child.cpuMs();
    const began = performance.now();
    await load(target(steps), CLIENTS, requests);
    await settle();
    const seconds = (performance.now() - began) / 1000;
    return {
      p50: single.p50,
      perSecond: requests / seconds,
      cpu: ((await child.cpuMs()) - before) / requests,
    };
  };
  const [ten, forty] = [await of(10), await of(40)];
  const peakMb = child.peakMb();
  await child.stop();
  return {
    p50of10: ten.p50,
    perSecondOf10: ten.perSecond,
    p50of40: forty.p50,
    perSecondOf40: forty.perSecond,
    cpuOf40: forty.cpu,
    peakMb,
  };
}

async function bareServer(requests: number): Promise<System> {
  const child = await startChild('bare.ts');
  const target = (steps: number) => ({
    url: `${child.ready['url']}/${steps}`,
    headers: {},
    body: '{"n":0}',
    check: expecting((answer) => answer.output === steps),
  });
  return { child, requests, target };
}

async function wholeStack(folder: string, requests: number): Promise<System> {
  const child = await startChild('stack.ts', { BENCH_FOLDER: folder });
  let ids: string[] = [];
  const target = (steps: number) => ({
    url: `${child.ready['url']}/workflows/count_${steps}/executions`,
    headers: {
      authorization: `Bearer ${child.ready['token']}`,
      'content-type': 'application/json',
      prefer: 'wait=20',
    },
    body: '{"input":{"n":0}}',
    check: expecting((answer) => {
      ids.push(answer.id);
      return answer.output === steps;
    }),
  });
  const settle = async () => {
    const written = child.ask<void>('logged', ids);
    ids = [];
    await written;
  };
  return { child, requests, target, settle };
}

async function engine(type: 'STANDARD' | 'EXPRESS', database: string, requests: number): Promise<System> {
  const child = await startChild('engine.ts', { BENCH_DATABASE: database });
  const url = child.ready['endpoint'] ?? '';
  const call = (operation: string, input: object) => ({
    url,
    headers: {
      ...localSignature('states'),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const target = (steps: number): Target => {
    const started = { stateMachineArn: child.ready[`${type}_${steps}`], input: '{"n":0}' };
    const ended = expecting((answer) => answer.output === String(steps));
    if (type === 'EXPRESS') return { ...call('StartSyncExecution', started), check: ended };
    return {
      ...call('StartExecution', started),
      check: expecting(() => true),
      next: ({ executionArn }) => ({ ...call('DescribeExecution', { executionArn }), check: ended }),
    };
  };
  return { child, requests, target };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the servers under measurement
const expecting = (right: (answer: any) => boolean) => (status: number, body: string) => {
  const answer = JSON.parse(body);
  if (status !== 200 || !right(answer)) throw new Error(`Answered ${status} ${body}`);
  return answer;
};
