// The state machines of workflows that ship: named and typed as saving them over the API makes them.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../project-folder.ts';
import { stateMachines } from './state-machines.ts';

test('a state machine is of the type that its workflow says, standard when it says none', async () => {
  const made = await stateMachines('prod', join(projectFolder, 'statemachines', 'examples'));
  const types = Object.values(made).map(({ Properties }) => [
    Properties['StateMachineName'],
    Properties['StateMachineType'],
  ]);
  expect(types).toContainEqual(['ai-orchestra-prod-express', 'EXPRESS']);
  expect(types).toContainEqual(['ai-orchestra-prod-switch', 'STANDARD']);
  expect(types.filter(([, type]) => type === 'EXPRESS')).toHaveLength(1);
});
