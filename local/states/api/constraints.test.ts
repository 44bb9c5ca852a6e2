// The constraints of the API's model on each field, and what else is refused, with AWS's messages.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROLE, TestClock, TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
let machine: string;
beforeAll(async () => {
  engine = await TestEngine.start({ clock: new TestClock() });
  machine = await engine.create({ P: { Type: 'Pass', End: true } });
  await engine.post('PublishStateMachineVersion', { stateMachineArn: machine });
});
afterAll(() => engine.close());

const definition = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
const TASK = JSON.stringify({
  Type: 'Task',
  Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f',
  End: true,
});
const at = (value: string, path: string, text: string) =>
  `1 validation error detected: Value ${value}at '${path}' failed to satisfy constraint: Member must ${text}`;
const route = (weight?: number, arn = `${machine}:1`) => ({ stateMachineVersionArn: arn, weight });

test.each<[string, () => object, string]>([
  [
    'StopExecution',
    () => ({ executionArn: '' }),
    at("'' ", 'executionArn', 'have length greater than or equal to 1'),
  ],
  [
    'CreateStateMachine',
    () => ({ name: 'n', definition: '', roleArn: ROLE }),
    at('', 'definition', 'have length greater than or equal to 1'),
  ],
  [
    'CreateStateMachineAlias',
    () => ({ name: 'a', routingConfiguration: [route(50), route(101)] }),
    at("'101' ", 'routingConfiguration.2.member.weight', 'have value less than or equal to 100'),
  ],
  [
    'CreateStateMachineAlias',
    () => ({ name: 'a', routingConfiguration: [route()] }),
    at('null ', 'routingConfiguration.1.member.weight', 'not be null'),
  ],
  ['CreateStateMachineAlias', () => ({ name: 'a' }), at('null ', 'routingConfiguration', 'not be null')],
  [
    'CreateStateMachineAlias',
    () => ({ name: 'a', routingConfiguration: [] }),
    at("'[]' ", 'routingConfiguration', 'have length greater than or equal to 1'),
  ],
  [
    'CreateStateMachineAlias',
    () => ({ name: '123', routingConfiguration: [route(100)] }),
    at("'123' ", 'name', 'satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$'),
  ],
  [
    'TagResource',
    () => ({ resourceArn: machine, tags: [{ key: 'k'.repeat(129), value: 'v' }] }),
    at(`'${'k'.repeat(129)}' `, 'tags.1.member.key', 'have length less than or equal to 128'),
  ],
  ['TagResource', () => ({ resourceArn: machine }), at('null ', 'tags', 'not be null')],
  [
    'UntagResource',
    () => ({ resourceArn: machine, tagKeys: [''] }),
    at("'' ", 'tagKeys.1.member', 'have length greater than or equal to 1'),
  ],
  [
    'UpdateStateMachine',
    () => ({ stateMachineArn: machine, loggingConfiguration: { level: 'LOUD' } }),
    at("'LOUD' ", 'loggingConfiguration.level', 'satisfy enum value set: [ALL, ERROR, FATAL, OFF]'),
  ],
  [
    'UpdateStateMachine',
    () => ({ stateMachineArn: machine, encryptionConfiguration: {} }),
    at('null ', 'encryptionConfiguration.type', 'not be null'),
  ],
  [
    'StartExecution',
    () => ({ stateMachineArn: machine, traceHeader: 'ä' }),
    at("'ä' ", 'traceHeader', 'satisfy regular expression pattern: \\p{ASCII}*'),
  ],
  ...['StartSyncExecution', 'DescribeExecution'].map((operation): [string, () => object, string] => [
    operation,
    () => ({
      stateMachineArn: machine,
      executionArn: machine.replace('stateMachine', 'execution').concat(':e'),
      includedData: 'SOME',
    }),
    at("'SOME' ", 'includedData', 'satisfy enum value set: [ALL_DATA, METADATA_ONLY]'),
  ]),
  [
    'TestState',
    () => ({ definition: TASK, mock: { errorOutput: { error: 'e'.repeat(257) } } }),
    at('', 'mock.errorOutput.error', 'have length less than or equal to 256'),
  ],
])('%s refuses a field', async (operation, input, message) => {
  const { body } = await engine.post(operation, input());
  expect(body).toEqual({ __type: 'ValidationException', message });
});

test.each<[string, () => object, string, string]>([
  [
    'UpdateStateMachine',
    () => ({ stateMachineArn: machine, loggingConfiguration: { level: 'ALL' } }),
    'InvalidLoggingConfiguration',
    'Invalid Logging Configuration: Must specify exactly one Log Destination.',
  ],
  [
    'UpdateStateMachine',
    () => ({
      stateMachineArn: machine,
      loggingConfiguration: {
        level: 'ALL',
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:r:1:log-group:g' } }],
      },
    }),
    'InvalidLoggingConfiguration',
    "Invalid Logging Configuration: Log Group ARN must be provided with '*' qualifier.",
  ],
  [
    'UpdateStateMachine',
    () => ({ stateMachineArn: machine, encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY' } }),
    'InvalidEncryptionConfiguration',
    'Invalid Encryption Configuration: kmsKeyId must be set for the type CUSTOMER_MANAGED_KMS_KEY',
  ],
  [
    'ListExecutions',
    () => ({}),
    'ValidationException',
    'Exactly one of stateMachineArn and mapRunArn must be specified',
  ],
  [
    'ListExecutions',
    () => ({ stateMachineArn: machine, mapRunArn: `${machine.replace('stateMachine', 'mapRun')}/l:1` }),
    'ValidationException',
    'Exactly one of stateMachineArn and mapRunArn must be specified',
  ],
  [
    'ListExecutions',
    () => ({ stateMachineArn: machine, statusFilter: 'PENDING_REDRIVE' }),
    'ValidationException',
    'The statusFilter PENDING_REDRIVE is only supported with a mapRunArn',
  ],
  [
    'DescribeMapRun',
    () => ({ mapRunArn: machine }),
    'InvalidArn',
    "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
  ],
  [
    'DescribeStateMachine',
    () => ({ stateMachineArn: `${machine}/label` }),
    'ValidationException',
    'Labeled State Machine ARNs are not supported for this API',
  ],
  [
    'SendTaskSuccess',
    () => ({ taskToken: 'x', output: '{}' }),
    'InvalidToken',
    "Invalid Token: 'Invalid token'",
  ],
])('%s is refused with %s', async (operation, input, code, message) => {
  const { body } = await engine.post(operation, input());
  expect(body).toEqual({ __type: code, message });
});

test('configurations get their defaults, are kept by versions, and are returned', async () => {
  const logGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:g:*';
  const { body } = await engine.post('CreateStateMachine', {
    name: 'configured',
    definition,
    roleArn: ROLE,
    publish: true,
    loggingConfiguration: { level: 'ERROR', destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] },
    tracingConfiguration: {},
    encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'k' },
  });
  const stateMachineArn = body['stateMachineArn'] ?? '';
  const configured = {
    loggingConfiguration: {
      level: 'ERROR',
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
    },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: {
      type: 'CUSTOMER_MANAGED_KMS_KEY',
      kmsKeyId: 'k',
      kmsDataKeyReusePeriodSeconds: 300,
    },
  };
  expect((await engine.post('DescribeStateMachine', { stateMachineArn })).body).toMatchObject(configured);
  const encryptionConfiguration = { type: 'AWS_OWNED_KEY' };
  await engine.post('UpdateStateMachine', { stateMachineArn, encryptionConfiguration });
  const updated = await engine.post('DescribeStateMachine', {
    stateMachineArn,
    includedData: 'METADATA_ONLY',
  });
  expect(updated.body).toMatchObject({ ...configured, encryptionConfiguration, definition: '{}' });
  const version = await engine.post('DescribeStateMachine', { stateMachineArn: `${stateMachineArn}:1` });
  expect(version.body).toMatchObject({ ...configured, definition });
});

test('creating again with another version description is refused', async () => {
  const create = (more: object) =>
    engine.post('CreateStateMachine', { name: 'again', definition, roleArn: ROLE, ...more });
  const first = await create({ publish: true, versionDescription: 'd' });
  expect((await create({ publish: true, versionDescription: 'd' })).body).toEqual(first.body);
  const { body } = await create({ publish: true, versionDescription: 'e' });
  expect(body['__type']).toBe('StateMachineAlreadyExists');
});
