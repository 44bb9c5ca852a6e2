// What is said of a user.
import { expect, test } from 'vitest';
import { roleOf, roleOptions, statusText } from './user-words.ts';

test('who is disabled cannot log in, whatever else holds', () => {
  const said = (['active', 'invited', 'password_reset', 'other'] as const).map((status) => [
    statusText({ enabled: true, status }),
    statusText({ enabled: false, status }),
  ]);
  const disabled = 'Disabled: cannot log in';
  expect(said).toEqual([
    ['Can log in', disabled],
    ['Invited, has not logged in yet', disabled],
    ['Has to choose a new password', disabled],
    ['Has to be looked after in the user pool', disabled],
  ]);
});

test('a role can be given and changed, not taken', () => {
  expect(roleOptions('editor').map(({ value }) => value)).toEqual(['viewer', 'editor', 'admin']);
  expect(roleOptions(null).map(({ value }) => value)).toEqual(['', 'viewer', 'editor', 'admin']);
  expect(['admin', 'owner', ''].map(roleOf)).toEqual(['admin', undefined, undefined]);
});
