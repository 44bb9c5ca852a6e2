// The schedules of a workflow at a Scheduler that lists one at a time, as AWS may.
import { createServer } from 'node:http';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { close, listen } from '../../local/shared/http-server.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import type { Trigger } from '../workflow-format/triggers.ts';
import { scheduleNames } from './desired-schedules.ts';
import { prepareSchedules, putSchedules } from './schedules.ts';

let there: string[] = [];
const asked: string[] = [];
/** The state in which each one is created or put. */
const states: string[] = [];
/** The error that the next request of that method gets: `PUT` */
const errors = new Map<string, readonly [status: number, type: string]>();
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const name = pathname.slice('/schedules/'.length);
  response.setHeader('content-type', 'application/json');
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk;
  });
  request.on('end', () => {
    if (body !== '') states.push(`${request.method} ${JSON.parse(body).State}`);
    if (pathname !== '/schedules') {
      asked.push(`${request.method} ${name}`);
      const [status = 200, type = ''] = errors.get(request.method ?? '') ?? [];
      errors.delete(request.method ?? '');
      response.writeHead(status, { 'x-amzn-errortype': type });
      return response.end('{}');
    }
    const prefix = searchParams.get('NamePrefix') ?? '';
    const found = there.filter((one) => one.startsWith(prefix));
    const from = Number(searchParams.get('NextToken') ?? 0);
    asked.push(`list ${searchParams.get('ScheduleGroup')} ${prefix} ${from}`);
    const next = from + 1 < found.length ? { NextToken: String(from + 1) } : {};
    return response.end(JSON.stringify({ Schedules: [{ Name: found[from] }], ...next }));
  });
});
let scheduler: SchedulerClient;
beforeAll(async () => {
  vi.stubEnv('SCHEDULE_GROUP', 'group');
  vi.stubEnv('SCHEDULE_ROLE_ARN', 'arn:role');
  vi.stubEnv('UNSTARTED_RUNS_QUEUE_ARN', 'arn:queue');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  scheduler = new SchedulerClient({ endpoint: await listen(server, 0), region: 'us-east-1', credentials });
});
beforeEach(() => {
  asked.length = 0;
  states.length = 0;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await close(server);
});

const triggers: Trigger[] = [
  { schedule: 'rate(1 hour)' },
  { schedule: 'rate(2 hours)' },
  { schedule: 'rate(3 hours)' },
];
const document: WorkflowDocument = {
  workflow: { id: 'w', triggers, steps: [] },
  version: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  updated_by: 'ada',
  state_machine_version_arn: 'arn:1',
};
const names = [...scheduleNames(document.workflow).values()];
const now = () => new Date('2026-03-01T00:00:00Z');
const lists = ['list group w. 0', 'list group w. 1', 'list group w. 2'];

test('a workflow that is gone leaves none, on whatever page it is listed', async () => {
  there = ['w.a', 'w.b', 'w.c', 'other.d'];
  await putSchedules('w', undefined, { scheduler, now });
  expect(asked.slice(0, 3)).toEqual(lists);
  expect(asked.slice(3).sort()).toEqual(['DELETE w.a', 'DELETE w.b', 'DELETE w.c']);
});

test('what is prepared is what no page has', async () => {
  there = ['w.a', 'w.b', `${names[1]}`];
  await prepareSchedules(document, { scheduler, now });
  expect(asked.slice(0, 3)).toEqual(lists);
  expect(asked.slice(3).sort()).toEqual([`POST ${names[0]}`, `POST ${names[2]}`].sort());
});

test('what is prepared starts nothing before the document is written, and then what is paused stays so', async () => {
  there = [];
  const [first, ...others] = triggers;
  const paused = { schedule: 'rate(1 hour)', ...first, enabled: false };
  const half = { ...document, workflow: { ...document.workflow, triggers: [paused, ...others] } };
  await prepareSchedules(half, { scheduler, now });
  expect(states).toEqual(['POST DISABLED', 'POST DISABLED', 'POST DISABLED']);
  states.length = 0;
  await putSchedules('w', half, { scheduler, now });
  expect(states.toSorted()).toEqual(['PUT DISABLED', 'PUT ENABLED', 'PUT ENABLED']);
});

test('a workflow without schedules asks for none before its document is written', async () => {
  const { workflow } = document;
  await prepareSchedules({ ...document, workflow: { ...workflow, triggers: [] } }, { scheduler, now });
  expect(asked).toEqual([]);
});

const NOT_FOUND = [404, 'ResourceNotFoundException'] as const;
const CONFLICT = [409, 'ConflictException'] as const;
const one = { ...document, workflow: { ...document.workflow, triggers: triggers.slice(0, 1) } };

test('one that somebody else is creating or deleting at this moment is no error', async () => {
  there = [];
  errors.set('POST', CONFLICT);
  await prepareSchedules(one, { scheduler, now });
  there = ['w.gone'];
  errors.set('DELETE', NOT_FOUND);
  await putSchedules('w', undefined, { scheduler, now });
  expect(asked.filter((text) => !text.startsWith('list'))).toEqual([`POST ${names[0]}`, 'DELETE w.gone']);
});

test('one that is not there is created, and where somebody else was faster updated', async () => {
  there = [];
  errors.set('PUT', NOT_FOUND);
  await putSchedules('w', one, { scheduler, now });
  expect(asked.slice(1)).toEqual([`PUT ${names[0]}`, `POST ${names[0]}`]);
  asked.length = 0;
  errors.set('PUT', NOT_FOUND);
  errors.set('POST', CONFLICT);
  await putSchedules('w', one, { scheduler, now });
  expect(asked.slice(1)).toEqual([`PUT ${names[0]}`, `POST ${names[0]}`, `PUT ${names[0]}`]);
});

test('one that somebody else is changing is the caller’s to try again', async () => {
  errors.set('PUT', CONFLICT);
  await expect(putSchedules('w', one, { scheduler, now })).rejects.toMatchObject({
    type: 'precondition-failed',
  });
});
