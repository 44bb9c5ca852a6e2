// What a caller of an Express workflow is told when Step Functions or S3 misbehaves, over real HTTP.
import { createServer, type ServerResponse } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { close, listen, readBody } from '../../local/shared/http-server.ts';
import { syncStatesClient } from '../aws-clients.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { runExpress } from './run-express.ts';
import { rowOfFile } from './run-row.ts';

const document: WorkflowDocument = {
  workflow: { id: 'w', type: 'express', steps: [] },
  version: 3,
  created_at: '2026-03-01T00:00:00.000Z',
  updated_at: '2026-03-01T00:00:00.000Z',
  updated_by: 'ada',
  state_machine_version_arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:p-w:3',
};

type Respond = (response: ServerResponse, body: string) => void;
const json = (status: number, body: object): Respond => {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
};
const succeeded = {
  status: 'SUCCEEDED',
  output: '{"n":1}',
  startDate: 1_772_323_200,
  stopDate: 1_772_323_201,
};

let states: Respond;
let logs: Respond;
/** What was asked of Step Functions, and the keys that were put. */
let asked: { readonly host: string; readonly body: { readonly name: string; readonly input: string } }[];
let put: { readonly key: string; readonly body: string }[];
const server = createServer(async (request, response) => {
  const body = String(await readBody(request, 1_000_000));
  if (request.method === 'PUT') {
    put.push({ key: request.url?.split('?')[0] ?? '', body });
    logs(response, body);
  } else {
    asked.push({ host: request.headers.host ?? '', body: JSON.parse(body) });
    states(response, body);
  }
});

let url: string;
beforeAll(async () => {
  url = await listen(server, 0);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    STATE_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:000000000000:stateMachine:p-',
    LOGS_BUCKET: 'logs',
    RUNS_BUCKET: 'runs',
  });
});
afterAll(() => close(server));
beforeEach(() => {
  asked = [];
  put = [];
  logs = (response) => response.writeHead(200).end();
});

const told: { readonly message: string; readonly instance: string }[] = [];
const run = () => {
  told.length = 0;
  return runExpress(document, '{"text":"x"}', 'ada', {
    syncSfn: syncStatesClient(url),
    s3: new S3Client({ endpoint: url, forcePathStyle: true, maxAttempts: 1 }),
    logger: { error: (message, { instance }) => told.push({ message, instance }) },
    now: () => new Date('2026-03-01T00:00:00.000Z'),
  });
};

test('the answer of Step Functions becomes the execution and its log', async () => {
  states = json(200, succeeded);
  const execution = await run();
  const name = execution.id.slice('w.'.length);
  expect(name).toMatch(/^express-8227676799999-[0-9a-f]{16}$/);
  expect(execution).toEqual({
    id: `w.${name}`,
    workflow_id: 'w',
    workflow_version: 3,
    status: 'succeeded',
    started_at: '2026-03-01T00:00:00.000Z',
    ended_at: '2026-03-01T00:00:01.000Z',
    redrive_count: 0,
    rerun_of: null,
    trigger: { type: 'api', user: 'ada' },
    input: { text: 'x' },
    output: { n: 1 },
    error: null,
  });
  expect(asked.map(({ body }) => body)).toEqual([
    { stateMachineArn: document.state_machine_version_arn, name, input: '{"text":"x"}' },
  ]);
  expect(put.map(({ key }) => key.split('~')[0]).toSorted()).toEqual([
    `/logs/executions/w/express/succeeded/${name}.1000.json`,
    ...['all', 'workflow/w'].map((folder) => `/runs/runs/${folder}/8227676799999-w.${name}`),
  ]);
  const file = put.find(({ key }) => key.startsWith('/runs/runs/all/'))?.key.slice('/runs/runs/all/'.length);
  expect(rowOfFile(file ?? '')).toMatchObject({
    id: execution.id,
    status: 'succeeded',
    ended_at: execution.ended_at,
    workflow_version: 3,
    trigger: { type: 'api', user: 'ada' },
    input_preview: '{"text":"x"}',
  });
  expect(told).toEqual([]);
});

test('an end before the start, by another clock, counts as the start', async () => {
  states = json(200, { ...succeeded, stopDate: 1_772_323_100 });
  expect((await run()).ended_at).toBe('2026-03-01T00:00:00.000Z');
});

test.each([
  ['drops the connection', (response: ServerResponse) => response.destroy()],
  ['answers 500', json(500, { __type: 'InternalServerError', message: 'oops' })],
  ['answers what is no JSON', (response: ServerResponse) => response.writeHead(502).end('<html>')],
])(
  'when Step Functions %s, nothing is retried, and the problem says that the workflow may have run',
  async (_, respond) => {
    states = respond;
    await expect(run()).rejects.toMatchObject({
      type: 'unavailable',
      message:
        'Step Functions returned no result. Whether the workflow ran is unknown: check its effects before you start it again',
      // Nothing invites to try again without a look.
      headers: {},
    });
    expect([asked.length, put]).toEqual([1, []]);
  },
);

test('a throttled start is passed on as it is', async () => {
  states = json(400, { __type: 'ThrottlingException', message: 'Rate exceeded' });
  await expect(run()).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect([asked.length, put]).toEqual([1, []]);
});

test.each(['StateMachineDoesNotExist', 'StateMachineDeleting', 'StateMachineTypeNotSupported'])(
  'the workflow was deleted meanwhile: %s',
  async (type) => {
    states = json(400, { __type: type, message: 'gone' });
    await expect(run()).rejects.toMatchObject({ type: 'not-found' });
  },
);

test.each([
  ['refused', (response: ServerResponse) => response.writeHead(503).end()],
  ['broken off', (response: ServerResponse) => response.destroy()],
  // The Lambda would be ended before S3 answers.
  ['not answered', () => {}],
])('a log that is %s does not lose the result: the function’s own log has the error', async (_, respond) => {
  states = json(200, succeeded);
  logs = respond;
  const { id, output } = await run();
  expect(output).toEqual({ n: 1 });
  expect(told).toEqual([
    { message: 'The log of an Express execution could not be written', instance: `/executions/${id}` },
  ]);
});

test('without a setting synchronous starts go to AWS’s own host', async () => {
  const client = syncStatesClient(undefined);
  expect(client.config.disableHostPrefix).toBe(false);
  expect(await client.config.maxAttempts()).toBe(1);
});
