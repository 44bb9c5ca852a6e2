// A long conversation with the API: every operation with its fields right, left out, and wrong, and each whole answer.
//
// Kept in `conversation.txt`, a line for each request and its answer, in the order in which they were made.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FunctionServer, ROLE, TestClock, TestEngine } from '../testing/engine.ts';

type Fields = Readonly<Record<string, unknown>>;

const PREFIX = 'arn:aws:states:us-east-1:000000000000';
const machine = `${PREFIX}:stateMachine:m`;
const express = `${PREFIX}:stateMachine:x`;
const alias = `${machine}:live`;
const logGroup = { logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*' };
const definition = (states: object, StartAt = Object.keys(states)[0]) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt, States: states });
const quick = definition({
  P: { Type: 'Pass', Assign: { v: 1 }, Next: 'Q' },
  Q: { Type: 'Succeed', Output: '{% $v %}' },
});
const slow = definition({ W: { Type: 'Wait', Seconds: 60, End: true } });
const failing = definition({ F: { Type: 'Fail', Error: 'E', Cause: 'c' } });
const route = (version: number, weight: number) => ({
  stateMachineVersionArn: `${machine}:${version}`,
  weight,
});
const run = (name: string) => `${PREFIX}:execution:m:${name}`;

const conversation: readonly (readonly [operation: string, fields: Fields])[] = [
  [
    'CreateStateMachine',
    {
      name: 'm',
      definition: quick,
      roleArn: ROLE,
      type: 'STANDARD',
      loggingConfiguration: { level: 'OFF', includeExecutionData: true, destinations: [] },
      tracingConfiguration: { enabled: false },
      tags: [{ key: 'a', value: '1' }],
      publish: true,
      versionDescription: 'first',
    },
  ],
  ['CreateStateMachine', { name: 'x', definition: quick, roleArn: ROLE, type: 'EXPRESS' }],
  ['DescribeStateMachine', { stateMachineArn: machine }],
  ['DescribeStateMachine', { stateMachineArn: `${machine}:1`, includedData: 'METADATA_ONLY' }],
  ['ListStateMachines', { maxResults: 1 }],
  [
    'UpdateStateMachine',
    {
      stateMachineArn: machine,
      definition: slow,
      roleArn: ROLE,
      publish: true,
      versionDescription: 'second',
    },
  ],
  ['UpdateStateMachine', { stateMachineArn: machine, definition: slow }],
  ['DescribeStateMachine', { stateMachineArn: machine }],
  ['PublishStateMachineVersion', { stateMachineArn: machine, description: 'again', revisionId: 'another' }],
  ['PublishStateMachineVersion', { stateMachineArn: machine, description: 'again' }],
  ['ListStateMachineVersions', { stateMachineArn: machine, maxResults: 1 }],
  ['CreateStateMachineAlias', { name: 'live', description: 'd', routingConfiguration: [route(1, 100)] }],
  ['CreateStateMachineAlias', { name: 'both', routingConfiguration: [route(1, 40), route(2, 60)] }],
  ['DescribeStateMachineAlias', { stateMachineAliasArn: alias }],
  ['DescribeStateMachineAlias', { stateMachineAliasArn: `${machine}:both` }],
  ['ListStateMachineAliases', { stateMachineArn: machine, maxResults: 1 }],
  ['ListStateMachineAliases', { stateMachineArn: `${machine}:2`, maxResults: 5 }],
  [
    'TagResource',
    {
      resourceArn: machine,
      tags: [
        { key: 'b', value: '2' },
        { key: 'a', value: '3' },
      ],
    },
  ],
  ['UntagResource', { resourceArn: machine, tagKeys: ['b'] }],
  ['ListTagsForResource', { resourceArn: machine }],
  ['StartExecution', { stateMachineArn: alias, name: 'by-alias', input: '{"i":1}', traceHeader: 'Root=1' }],
  ['StartExecution', { stateMachineArn: `${machine}:1`, name: 'by-version', input: '{}' }],
  ['StartExecution', { stateMachineArn: machine, name: 'slow' }],
  ['DescribeExecution', { executionArn: run('by-alias'), includedData: 'ALL_DATA' }],
  ['DescribeExecution', { executionArn: run('slow') }],
  [
    'GetExecutionHistory',
    { executionArn: run('by-alias'), maxResults: 2, reverseOrder: false, includeExecutionData: true },
  ],
  ['DescribeStateMachineForExecution', { executionArn: run('by-version'), includedData: 'ALL_DATA' }],
  ['ListExecutions', { stateMachineArn: machine, maxResults: 2 }],
  ['ListExecutions', { stateMachineArn: machine, statusFilter: 'SUCCEEDED', redriveFilter: 'NOT_REDRIVEN' }],
  ['ListExecutions', { stateMachineArn: alias }],
  ['ListExecutions', { stateMachineArn: `${machine}:1` }],
  ['ListMapRuns', { executionArn: run('slow'), maxResults: 3 }],
  ['StopExecution', { executionArn: run('slow'), error: 'Stop', cause: 'enough' }],
  ['RedriveExecution', { executionArn: run('by-alias'), clientToken: 't' }],
  ['RedriveExecution', { executionArn: run('slow'), clientToken: 't' }],
  ['ListExecutions', { stateMachineArn: machine, redriveFilter: 'REDRIVEN' }],
  ['StopExecution', { executionArn: run('slow') }],
  [
    'StartSyncExecution',
    {
      stateMachineArn: express,
      name: 'sync',
      input: '{"i":2}',
      traceHeader: 'Root=2',
      includedData: 'ALL_DATA',
    },
  ],
  ['StartSyncExecution', { stateMachineArn: machine, name: 'sync' }],
  [
    'UpdateStateMachine',
    {
      stateMachineArn: express,
      definition: failing,
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: true,
        destinations: [{ cloudWatchLogsLogGroup: logGroup }],
      },
    },
  ],
  ['StartSyncExecution', { stateMachineArn: express, name: 'failed' }],
  ['DescribeStateMachine', { stateMachineArn: express, includedData: 'ALL_DATA' }],
  [
    'UpdateStateMachineAlias',
    { stateMachineAliasArn: alias, description: 'e', routingConfiguration: [route(2, 100)] },
  ],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: `${machine}:2` }],
  [
    'ValidateStateMachineDefinition',
    { definition: '{"StartAt":"A"}', type: 'STANDARD', severity: 'ERROR', maxResults: 1 },
  ],
  [
    'TestState',
    {
      definition: '{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $states.input.a %}","Next":"N"}',
      roleArn: ROLE,
      input: '{"a":1}',
      inspectionLevel: 'TRACE',
      revealSecrets: false,
    },
  ],
  ['SendTaskSuccess', { taskToken: 'none', output: '{}' }],
  ['SendTaskFailure', { taskToken: 'none', error: 'E', cause: 'c' }],
  ['SendTaskHeartbeat', { taskToken: 'none' }],
  ['DescribeMapRun', { mapRunArn: `${PREFIX}:mapRun:m/each:none` }],
  [
    'UpdateMapRun',
    {
      mapRunArn: `${PREFIX}:mapRun:m/each:none`,
      maxConcurrency: 1,
      toleratedFailureCount: 1,
      toleratedFailurePercentage: 1.5,
    },
  ],
  ['DeleteStateMachineAlias', { stateMachineAliasArn: `${machine}:both` }],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: `${machine}:1` }],
  ['ListStateMachineVersions', { stateMachineArn: machine }],
  ['DeleteStateMachine', { stateMachineArn: express }],
  ['DescribeStateMachine', { stateMachineArn: express }],
  ['NoSuchOperation', {}],
];

let clock: TestClock;
let engine: TestEngine;
let functions: FunctionServer;
const lines: string[] = [];
beforeAll(async () => {
  clock = new TestClock();
  functions = await FunctionServer.start(() => ({ payload: {} }));
  engine = await TestEngine.start({ clock, lambdaEndpoint: functions.endpoint });
});
afterAll(async () => {
  await engine.close();
  await functions.close();
});

/** A page's token says nothing, so that the next page is asked for with what was answered. */
async function ask(operation: string, fields: Fields, note = ''): Promise<void> {
  clock.advance(1000);
  const { status, type, body } = await engine.post(operation, fields);
  const told = note === '' ? JSON.stringify(fields) : note;
  lines.push(`${operation} ${told} -> ${status} ${type ?? ''} ${JSON.stringify(body)}`);
  if (note === '' && body['nextToken'] !== undefined) {
    const next = await engine.post(operation, { ...fields, nextToken: body['nextToken'] });
    lines.push(`${operation} next page -> ${next.status} ${JSON.stringify(next.body)}`);
  }
}

const LONG = 'n'.repeat(2049);
const WRONG: readonly unknown[] = [undefined, null, -1, 1001, 1.5, '', LONG, '{', [], [{}]];

test('every operation', async () => {
  const tried = new Set<string>();
  for (const [operation, fields] of conversation) {
    await ask(operation, fields);
    for (const field of Object.keys(fields)) {
      if (tried.has(`${operation} ${field}`)) continue;
      tried.add(`${operation} ${field}`);
      for (const value of WRONG) {
        const told = value === undefined ? 'left out' : JSON.stringify(value);
        await ask(operation, { ...fields, [field]: value }, `${field} ${told}`);
      }
    }
  }
  const text = lines
    .join('\n')
    .replaceAll(LONG, 'n×2049')
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<uuid>')
    .replaceAll(/"nextToken":"[^"]+"/g, '"nextToken":"<token>"');
  await expect(`${text}\n`).toMatchFileSnapshot(fileURLToPath(new URL('conversation.txt', import.meta.url)));
});
