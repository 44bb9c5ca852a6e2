// Distributed Map with S3: items from JSON, JSON Lines, CSV and lists of objects; results in files.
import { DescribeMapRunCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3 } from '../../s3/testing/s3.ts';
import { TestEngine } from '../testing/engine.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
let engine: TestEngine;
let bucket: string;
beforeAll(async () => {
  s3 = await startS3();
  bucket = await s3.newBucket();
  engine = await TestEngine.start({ s3Endpoint: String(await s3.client.config.endpoint?.().then(urlOf)) });
});
afterAll(async () => {
  await engine.close();
  await s3.close();
});

const urlOf = ({ protocol, hostname, port }: { protocol: string; hostname: string; port?: number }) =>
  `${protocol}//${hostname}:${port}`;

const map = (fields: object, states: object = { Same: { Type: 'Pass', End: true } }) => ({
  Each: {
    Type: 'Map',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: Object.keys(states)[0],
      States: states,
    },
    End: true,
    ...fields,
  },
});
const read = (ReaderConfig: object, Key: string) => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig,
    Arguments: { Bucket: bucket, Key: `{% '${Key}' %}` },
  },
});

test.each([
  ['JSON', '[1,{"a":2}]', {}, [1, { a: 2 }]],
  [
    'JSON',
    '{"a":{"x":1},"b":2}',
    {},
    [
      { Key: 'a', Value: { x: 1 } },
      { Key: 'b', Value: 2 },
    ],
  ],
  ['JSON', '{"a/b":[0,{"~":[1]}]}', { ItemsPointer: '/a~1b/1/~0' }, [1]],
  ['JSON', '{"all":{"a":1,"b":2}}', { ItemsPointer: '/all', MaxItems: 1 }, [{ Key: 'a', Value: 1 }]],
  ['JSON', '[1]', { ItemsPointer: '' }, [1]],
  ['JSONL', '{"a":1}\n\n[2]\n', { ItemsPointer: '/a' }, [{ a: 1 }, [2]]],
  [
    'CSV',
    '\ufeffid,text\r\n1,"a, ""b""\nc"\r\n2,\r\n',
    { CSVHeaderLocation: 'FIRST_ROW' },
    [
      { id: '1', text: 'a, "b"\nc' },
      { id: '2', text: '' },
    ],
  ],
  [
    'CSV',
    '1;2\n3;4',
    { CSVHeaderLocation: 'GIVEN', CSVHeaders: ['x', 'y'], CSVDelimiter: 'SEMICOLON', MaxItems: 1 },
    [{ x: '1', y: '2' }],
  ],
])('items from %s', async (InputType, text, config, items) => {
  await s3.put('items', text);
  const { output } = await engine.run(map(read({ InputType, ...config }, 'items')));
  expect(output).toEqual(items);
});

test('an item has its source', async () => {
  await s3.put('one', '[1]');
  await s3.put('single/a', 'xx');
  const ItemSelector = '{% $states.context.Map.Item.Source %}';
  const listing = {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Arguments: { Bucket: bucket, Prefix: 'single/' },
  };
  const one = await engine.run(map({ ...read({ InputType: 'JSON' }, 'one'), ItemSelector }));
  expect(one.output).toEqual([`S3://${bucket}/one`]);
  const listed = await engine.run(map({ ItemReader: listing, ItemSelector }));
  expect(listed.output).toEqual([`S3://${bucket}`]);
});

test('items from a list of objects', async () => {
  await s3.put('list/a', 'xx');
  await s3.put('list/b', 'yyy');
  const reader = {
    Resource: 'arn:aws:states:::s3:listObjectsV2',
    Arguments: { Bucket: bucket, Prefix: 'list/' },
  };
  const { output } = await engine.run(map({ ItemReader: reader }));
  expect(output).toMatchObject([
    { Key: 'list/a', Size: 2, LastModified: expect.closeTo(Date.now() / 1000, -3) },
    { Key: 'list/b', Size: 3 },
  ]);
});

test.each([
  ['an object that does not exist', 'JSON', 'missing', undefined],
  ['a broken line', 'JSONL', 'broken', '{"a":1}\n{'],
])('%s fails the Map', async (_what, InputType, key, text) => {
  if (text !== undefined) await s3.put(key, text);
  const { execution, events } = await engine.run(map(read({ InputType }, key)));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
  expect(events.map(({ type }) => type)).toContain('MapRunFailed');
});

test.each<[object, string, string]>([
  [{}, '1', 'Attempting to map over non-iterable node.'],
  [{ ItemsPointer: '/a' }, '{"a":"b"}', 'Attempting to map over non-iterable node.'],
  ...['/b', '/a/1', '/a/00', '/a/length', '/constructor'].map((ItemsPointer): [object, string, string] => [
    { ItemsPointer },
    '{"a":[[]]}',
    'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.',
  ]),
])('%j of %s leads to no items', async (config, text, cause) => {
  await s3.put('none', text);
  const { execution } = await engine.run(map(read({ InputType: 'JSON', ...config }, 'none')));
  expect(execution).toMatchObject({ error: 'States.ItemReaderFailed', cause });
});

const odd = {
  Odd: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'No' }], Default: 'Yes' },
  No: { Type: 'Fail', Error: 'Odd', Cause: 'one' },
  Yes: { Type: 'Succeed', Output: '{% [$states.input] %}' },
};
const write = (WriterConfig?: object) => ({
  ToleratedFailureCount: 1,
  Items: [1, 2, 3],
  MaxConcurrency: 1,
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Arguments: { Bucket: bucket, Prefix: 'results/' },
    ...(WriterConfig && { WriterConfig }),
  },
});

test('ResultWriter writes the results of the children to files', async () => {
  const { output, execution } = await engine.run(map(write(), odd));
  const executionArn = execution.executionArn;
  const { mapRuns = [] } = await engine.client.send(new ListMapRunsCommand({ executionArn }));
  const { mapRunArn } = mapRuns[0] ?? {};
  expect(await engine.client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
    itemCounts: { total: 3, succeeded: 2, failed: 1, resultsWritten: 3 },
    executionCounts: { total: 3, succeeded: 2, failed: 1, resultsWritten: 3 },
  });
  const { ResultWriterDetails: details } = output as { ResultWriterDetails: { Bucket: string; Key: string } };
  expect(details).toMatchObject({ Bucket: bucket });
  const manifest = JSON.parse((await s3.get(details.Key)).text);
  const [succeeded] = manifest.ResultFiles.SUCCEEDED;
  const [failed] = manifest.ResultFiles.FAILED;
  const done = (await s3.get(succeeded.Key)).text;
  expect(succeeded.Size).toBe(done.length);
  expect(JSON.parse(done)).toMatchObject([
    { Input: '2', Output: '[2]', Status: 'SUCCEEDED' },
    { Input: '3', Output: '[3]', Status: 'SUCCEEDED' },
  ]);
  expect(JSON.parse((await s3.get(failed.Key)).text)).toMatchObject([
    { Input: '1', Status: 'FAILED', Error: 'Odd', Cause: 'one' },
  ]);
});

test.each([
  ['results/', /^results\/[^/]+\/manifest\.json$/],
  ['a/b', /^a\/b\/[^/]+\/manifest\.json$/],
  ['', /^[^/]+\/manifest\.json$/],
])(
  'files of the prefix %j have one slash after it, and no file is written of no results',
  async (Prefix, key) => {
    const { ResultWriter } = write();
    const writer = { ...ResultWriter, Arguments: { Bucket: bucket, Prefix } };
    const { output } = await engine.run(map({ ResultWriter: writer }), [2]);
    const { Key } = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
    expect(Key).toMatch(key);
    const folder = Key.replace('manifest.json', '');
    expect(JSON.parse((await s3.get(Key)).text).ResultFiles).toEqual({
      FAILED: [],
      PENDING: [],
      SUCCEEDED: [{ Key: `${folder}SUCCEEDED_0.json`, Size: expect.any(Number) }],
    });
    const { Contents = [] } = await s3.list({ Prefix: folder });
    expect(Contents.map((object) => object.Key)).toEqual([`${folder}SUCCEEDED_0.json`, Key].sort());
  },
);

test.each([
  ['COMPACT', '[2]\n[3]'],
  ['FLATTEN', '2\n3'],
])('as %s lines', async (Transformation, text) => {
  const { output } = await engine.run(map(write({ OutputType: 'JSONL', Transformation }), odd));
  const { Key } = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
  const file = await s3.get(Key.replace('manifest.json', 'SUCCEEDED_0.jsonl'));
  expect(file.text).toBe(text);
});

test('without a bucket only the form of the result changes', async () => {
  const writer = { WriterConfig: { OutputType: 'JSON', Transformation: 'FLATTEN' } };
  const { output } = await engine.run(map({ ...write(), ResultWriter: writer }, odd));
  expect(output).toEqual([2, 3]);
});

test('a bucket that does not exist fails the Map', async () => {
  const resultWriter = {
    Resource: 'arn:aws:states:::s3:putObject',
    Arguments: { Bucket: 'nowhere', Prefix: '' },
  };
  const { execution } = await engine.run(map({ ...write(), ResultWriter: resultWriter }, odd));
  expect(execution.error).toBe('States.ResultWriterFailed');
});
