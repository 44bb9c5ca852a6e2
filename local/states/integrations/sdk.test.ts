// Tasks that read and write objects of S3 and send events, against the local S3 and EventBridge.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAwsServer } from '../../aws/server.ts';
import { createEventBus } from '../../events/event-bus.ts';
import { createEvents } from '../../events/events.ts';
import { startS3 } from '../../s3/testing/s3.ts';
import { TestEngine } from '../testing/engine.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
let engine: TestEngine;
let bucket: string;
let taken: (event: Record<string, unknown>) => void = () => {};
const bus = createEventBus({
  rules: [{ name: 'all', pattern: { source: ['my.app'] }, functionNames: ['f'] }],
  invoke: async (_, payload) => {
    taken(JSON.parse(payload));
    return {};
  },
});
const aws = createAwsServer([
  createEvents({ bus, region: 'us-east-1', accountId: '000000000000', onUndelivered: () => {} }),
]);

const urlOf = ({ protocol, hostname, port }: { protocol: string; hostname: string; port?: number }) =>
  `${protocol}//${hostname}:${port}`;

beforeAll(async () => {
  s3 = await startS3();
  bucket = await s3.newBucket();
  engine = await TestEngine.start({
    s3Endpoint: String(await s3.client.config.endpoint?.().then(urlOf)),
    eventsEndpoint: await aws.listen(0),
  });
});
afterAll(async () => {
  await engine.close();
  await s3.close();
  await aws.close();
  await bus.close();
});
beforeEach(() => {
  taken = () => {};
});

const task = (resource: string, args: object, fields: object = { End: true }) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  Arguments: args,
  ...fields,
});
const get = (Key: string, fields?: object) => task('aws-sdk:s3:getObject', { Bucket: bucket, Key }, fields);
const put = (Key: string, Body: unknown, fields?: object) =>
  task('aws-sdk:s3:putObject', { Bucket: bucket, Key, Body }, fields);

test('an object is written and read again', async () => {
  const { output, events } = await engine.run(
    {
      Put: put('a.json', '{% $states.input %}', {
        Assign: { etag: '{% $states.result.ETag %}' },
        Next: 'Get',
      }),
      Get: get('a.json', {
        Output:
          '{% {"body": $parse($states.result.Body), "same": $states.result.ETag = $etag, "length": $states.result.ContentLength} %}',
        End: true,
      }),
    },
    { n: 1 },
  );
  expect(output).toEqual({ body: { n: 1 }, same: true, length: 7 });
  expect(events.find(({ type }) => type === 'TaskScheduled')?.taskScheduledEventDetails).toMatchObject({
    resourceType: 'aws-sdk:s3',
    resource: 'putObject',
  });
});

test.each([
  [
    'an object that is not there',
    () => get('none'),
    'S3.NoSuchKeyException',
    /^The specified key does not exist/,
  ],
  [
    'a bucket that is not there',
    () => task('aws-sdk:s3:getObject', { Bucket: 'none', Key: 'k' }),
    'S3.NoSuchBucketException',
    /Status Code: 404/,
  ],
  [
    'arguments without a key',
    () => task('aws-sdk:s3:getObject', {}, { Arguments: '{% {"Bucket": "b"} %}', End: true }),
    'States.Runtime',
    /^The Arguments need 'Key', but were: {"Bucket":"b"}$/,
  ],
])('%s', async (_, state, error, cause) => {
  const { execution } = await engine.run({ T: state() });
  expect(execution).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(cause) });
});

test('an object of more than 256 KiB fails the task', async () => {
  await s3.put('large', 'x'.repeat(300_000));
  expect((await engine.run({ T: get('large') })).execution.error).toBe('States.DataLimitExceeded');
});

test('without an S3 endpoint the task fails', async () => {
  const alone = await TestEngine.start();
  try {
    const { execution } = await alone.run({ T: get('a') });
    expect(execution).toMatchObject({
      error: 'S3.SdkClientException',
      cause: 'AWS_ENDPOINT_URL_S3 is not set',
    });
  } finally {
    await alone.close();
  }
});

const send = (entry: object) => ({ Send: task('events:putEvents', { Entries: [entry] }) });
const event = { Source: 'my.app', DetailType: 'Done', Detail: { n: '{% $states.input.n %}' } };

test('an event reaches the rules of the bus, with the execution among its resources', async () => {
  const arrived = new Promise<Record<string, unknown>>((resolve) => {
    taken = resolve;
  });
  const { output, execution } = await engine.run(send(event), { n: 1 });
  const got = await arrived;
  expect(got).toMatchObject({
    source: 'my.app',
    'detail-type': 'Done',
    detail: { n: 1 },
    account: '000000000000',
    resources: [execution.stateMachineArn, execution.executionArn],
  });
  expect(output).toMatchObject({ Entries: [{ EventId: got['id'] }], FailedEntryCount: 0 });
});

test.each([
  [{ ...event, Detail: 'text' }, 'EventBridge.FailedEntry', /MalformedDetail/],
  [{ ...event, EventBusName: 'mine' }, 'EventBridge.FailedEntry', /Event bus mine does not exist/],
  [{ ...event, Source: 1 }, 'EventBridge.FailedEntry', /InvalidArgument/],
])('the event %j is refused', async (entry, error, cause) => {
  const { execution } = await engine.run(send(entry), { n: 1 });
  expect(execution).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(cause) });
});

test('more events than EventBridge takes in one call fail the task', async () => {
  const states = { Send: task('events:putEvents', { Entries: Array(11).fill(event) }) };
  expect((await engine.run(states, { n: 1 })).execution.error).toBe('EventBridge.ValidationException');
});

test('without an EventBridge endpoint the task fails', async () => {
  const alone = await TestEngine.start();
  try {
    const { execution } = await alone.run(send(event), { n: 1 });
    expect(execution.error).toBe('EventBridge.SdkClientException');
  } finally {
    await alone.close();
  }
});
