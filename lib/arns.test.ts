// Execution ids, ARNs and log keys.
import { expect, test } from 'vitest';
import { executionArn, executionOfArn, executionOfId, logKey, stateMachineName } from './arns.ts';

const prefix = 'arn:aws:states:eu-central-1:123456789012:stateMachine:ai-orchestra-prod-';
const arn = 'arn:aws:states:eu-central-1:123456789012:execution:ai-orchestra-prod-mail:a.b';

test('an id, its ARN and its parts agree', () => {
  const execution = { id: 'mail.a.b', workflowId: 'mail', name: 'a.b' };
  expect(executionOfId('mail.a.b')).toEqual(execution);
  expect(executionArn(execution, prefix)).toBe(arn);
  expect(executionOfArn(arn, prefix)).toEqual(execution);
  expect(logKey('mail', 'a.b')).toBe('executions/mail/a.b.json');
  expect(stateMachineName('mail', prefix)).toBe('ai-orchestra-prod-mail');
});

test.each([
  'arn:aws:states:eu-central-1:123456789012:execution:someone-else-mail:a',
  'arn:aws:states:eu-central-1:123456789012:execution:ai-orchestra-prod-mail',
  'arn:aws:states:eu-central-1:123456789012:execution:ai-orchestra-prod-mail/each:a',
  'arn:aws:states:eu-central-1:123456789012:express:ai-orchestra-prod-mail:a:b',
  '',
])('the ARN %s is not an execution of the stage', (other) => {
  expect(() => executionOfArn(other, prefix)).toThrow(`is not an execution of a state machine ${prefix}*`);
});
