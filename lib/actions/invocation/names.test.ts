// Ids of actions and names of their Lambdas.
import { expect, test } from 'vitest';
import { actionId, deployedActionId, deploymentOf, functionName } from './names.ts';

test('an id and its name agree', () => {
  expect(functionName('github.create_issue')).toBe('github-create-issue');
  expect(actionId('github-create-issue')).toBe('github.create_issue');
});

test.each(['prod', 'test2', '7'])('of a Lambda of the stage %s', (stage) => {
  const name = `ai-orchestra-${stage}-github-create-issue`;
  expect(deploymentOf(name)).toBe(`ai-orchestra-${stage}`);
  expect(deployedActionId(name)).toBe('github.create_issue');
});

test('a name without a stage, as on a laptop', () => {
  expect(deploymentOf('github-create-issue')).toBe('ai-orchestra');
  expect(deployedActionId('github-create-issue')).toBe('github.create_issue');
});
