// The stack that the dashboard is measured on: 100,000 runs in the index, a workflow of 500 steps, a loop of 10,000 items.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { RunIndex } from '../../../lib/executions/run-index.ts';
import type { RunRow } from '../../../lib/executions/run-row.ts';
import { ObjectIndex } from '../../../local/s3/object-index.ts';
import { localSettings } from '../../../local/stack/settings.ts';
import { type Stack, startStack } from '../../../local/stack.ts';
import { indexRow } from '../../support/index-rows.ts';

export const RUNS = 100_000;
export const ITEMS = 10_000;
export const STEPS = 500;

export interface BenchStack {
  readonly apiUrl: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many routes
  call(method: string, path: string, body?: unknown): Promise<any>;
  /** Starts a run and waits for its end. */
  ended(workflow: string, input?: object): Promise<string>;
  close(): Promise<void>;
}

export async function startBenchStack(): Promise<BenchStack> {
  const home = await mkdtemp(join(tmpdir(), 'bench-dashboard-'));
  await writeRuns(join(home, 's3'));
  const stack = await startStack({ home, port: 0, awsPort: 0, seed: false });
  const call = await asAdmin(stack);
  for (const workflow of [largeGraph, largeLoop, pausing])
    await call('PUT', `/workflows/${workflow.id}`, workflow);
  return {
    apiUrl: stack.apiUrl,
    call,
    async ended(workflow, input = {}) {
      const { id } = await call('POST', `/workflows/${workflow}/executions`, { input });
      while ((await call('GET', `/executions/${id}`)).status === 'running') await setTimeout(200);
      return id;
    },
    close: async () => {
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function asAdmin({ apiUrl }: Stack): Promise<BenchStack['call']> {
  let token = '';
  const call: BenchStack['call'] = async (method, path, body) => {
    const response = await fetch(apiUrl + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(method === 'PUT' && { 'if-none-match': '*' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  token = (await call('POST', '/auth/login', { user_id: 'demo', password: 'demo' })).access_token;
  return call;
}

/** One a second, the latest a minute ago: one in twenty failed, one in a hundred timed out. */
export function runRow(number: number): RunRow {
  const workflow = ['triage_mail', 'weekly_digest', 'answer_issue', 'sync_orders'][number % 4];
  const started = new Date(Date.now() - 60_000 - number * 1000).toISOString();
  const error = { name: 'RateLimited', step_id: 'ask', message: 'Too many requests in this minute' };
  const input_preview = `{"query":"is:unread newer_than:1d","customer":"customer ${number}"}`;
  const failed = number % 20 === 7 ? 'failed' : number % 100 === 50 ? 'timed_out' : undefined;
  return indexRow(`${workflow}.${String(number).padStart(6, '0')}-4c8e-9d7a-0d6f0f5b1c2d`, started, {
    input_preview,
    tokens: number % 3 ? 1200 : null,
    ...(failed && { status: failed, error }),
  });
}

/** Into the database of S3 itself: 400,000 requests would take most of the time. */
async function writeRuns(directory: string): Promise<void> {
  await mkdir(join(directory, '.objects', 'content'), { recursive: true });
  const database = new DatabaseSync(join(directory, '.objects', 'index.sqlite'));
  const objects = new ObjectIndex(database);
  objects.createBucket(localSettings.RUNS_BUCKET, new Date(), '');
  const bucket = objects.bucket(localSettings.RUNS_BUCKET);
  const content = {
    deleteMarker: false,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    size: 0,
    modified: new Date(),
    blob: '',
    headers: {},
  };
  const add = (command: { readonly input?: { readonly Key?: string } }) =>
    objects.add(bucket, command.input?.Key ?? '', undefined, content);
  const index = new RunIndex({ send: async (command: object) => add(command) } as Pick<S3Client, 'send'>, '');
  database.exec('BEGIN');
  for (let number = 0; number < RUNS; number += 1) await index.add(runRow(number));
  database.exec('COMMIT');
  objects.close(true);
}

const block = (number: number) => ({
  id: `block_${number}`,
  switch: [
    {
      when: '{{ true }}',
      steps: Array.from({ length: 8 }, (_, at) => ({
        id: `step_${number}_${at}`,
        transform: { value: at },
        comment: 'What this step is for, in some words',
      })),
    },
  ],
  else: [{ id: `other_${number}`, transform: 'not reached' }],
});

/** Fifty blocks of ten. */
const largeGraph = { id: 'large_graph', steps: Array.from({ length: STEPS / 10 }, (_, at) => block(at)) };

const largeLoop = {
  id: 'large_loop',
  steps: [
    {
      id: 'each',
      for_each: `{{ [1..${ITEMS}] }}`,
      max_concurrency: 100,
      on_item_error: 'continue',
      steps: [
        { id: 'check', transform: '{{ item }}' },
        { id: 'refuse', when: '{{ item % 97 = 0 }}', fail: { error: 'TooLarge', cause: 'Of no use' } },
      ],
    },
  ],
};

const pausing = {
  id: 'pausing',
  steps: [
    { id: 'ask', approval: { message: 'Go on?' } },
    { id: 'last', wait: 'PT1H' },
  ],
};
