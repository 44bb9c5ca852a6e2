// What the editor says of the state of things, and who may do what.
import { expect, test } from 'vitest';
import type { Checked } from './check/checker.ts';
import { problemCount, savedState, whyNotSaved, whyNotTested } from './words.ts';

const checked = (errors: number, warnings: number, more: Partial<Checked> = {}): Checked => ({
  text: '{}',
  problems: [...Array(errors).fill('error'), ...Array(warnings).fill('warning')].map((severity) => ({
    ...{ severity, code: 'x', pointer: '', message: 'm', from: 0, to: 1 },
  })),
  ...more,
});

test.each([
  [checked(0, 0), 'No problems'],
  [checked(1, 0), '1 problem'],
  [checked(2, 1), '2 problems, 1 warning'],
  [checked(0, 2), 'No problems, 2 warnings'],
  [checked(1, 0, { text: undefined }), 'Being checked'],
])('the problems are counted: %#', (found, text) => expect(problemCount(found)).toBe(text));

test('only editors and admins save and test, and only what has no problem', () => {
  const why = (role: string, found: Checked) => [whyNotSaved(role, found), whyNotTested(role, found)];
  const may = [undefined, undefined];
  for (const role of ['editor', 'admin']) {
    expect(why(role, checked(0, 3))).toEqual(may);
    expect(why(role, checked(1, 0))).toEqual([
      '1 problem to be mended before it can be saved',
      '1 problem of the workflow to be mended before a step can be tested',
    ]);
    // Where the compiler says nothing, the service does.
    expect(why(role, checked(2, 0, { failure: 'away' }))).toEqual(may);
    expect(why(role, checked(2, 0, { text: undefined }))).toEqual(may);
  }
  for (const role of ['viewer', ''])
    expect(why(role, checked(0, 0))).toEqual([
      'Only editors and admins can save and run workflows',
      'Only editors and admins can test steps',
    ]);
});

test.each([
  [{}, 'Saved'],
  [{ why: 'Only a look' }, 'Saved. Only a look'],
  [{ isDirty: true }, 'Changes not saved yet; kept in this browser'],
  [{ isNew: true, why: 'Mend it' }, 'Not saved yet; kept in this browser. Mend it'],
  [
    { isDirty: true, hasRoom: false },
    'Not saved, and this browser has no room to keep it: save it before you leave',
  ],
  [{ hasRoom: false }, 'Saved'],
])('what is saved is said: %j', (given, text) => {
  expect(savedState({ isDirty: false, isNew: false, hasRoom: true, why: undefined, ...given })).toBe(text);
});
