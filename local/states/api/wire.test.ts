// AWS JSON 1.0: the answers to invalid requests.
import { ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestEngine } from '../testing/engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start();
});
afterAll(() => engine.close());

test('an unknown operation is refused', async () => {
  expect(await engine.post('CreateActivity', '{}')).toEqual({
    status: 400,
    type: 'UnknownOperationException',
    body: {
      __type: 'UnknownOperationException',
      message: "The operation 'CreateActivity' is not served by this engine",
    },
  });
  const inherited = await engine.post('toString', '{}');
  expect(inherited.type).toBe('UnknownOperationException');
});

test.each(['{', '[]', '1', 'null', '"x"'])('the body %s is refused', async (body) => {
  const { status, type } = await engine.post('ListStateMachines', body);
  expect({ status, type }).toEqual({ status: 400, type: 'SerializationException' });
});

test.each([
  [
    'ListExecutions',
    { stateMachineArn: 1 },
    'SerializationException',
    'NUMBER_VALUE can not be converted to a String',
  ],
  [
    'ListStateMachineVersions',
    {},
    'ValidationException',
    "1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null",
  ],
  [
    'ListStateMachines',
    { maxResults: 1001 },
    'ValidationException',
    "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
  ],
  [
    'GetExecutionHistory',
    { executionArn: 'x', reverseOrder: 'yes' },
    'InvalidArn',
    "Invalid Arn: 'Invalid ARN prefix: x'",
  ],
  ['ListStateMachines', { nextToken: 'mine' }, 'InvalidToken', "Invalid Token: 'Invalid token'"],
])('%s %j: %s', async (operation, input, code, message) => {
  const { body } = await engine.post(operation, input);
  expect(body).toEqual({ __type: code, message });
});

test('the SDK parses the errors into its own classes', async () => {
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:gone';
  const { client } = engine;
  await expect(client.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject({
    name: 'StateMachineDoesNotExist',
    message: `State Machine Does Not Exist: '${stateMachineArn}'`,
    $fault: 'client',
  });
  await expect(
    client.send(new ListExecutionsCommand({ stateMachineArn: stateMachineArn.replace('states', 's3') })),
  ).rejects.toMatchObject({ name: 'InvalidArn' });
});
