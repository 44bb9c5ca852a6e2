// What an editor can offer in an expression, and says of a name in it.
import { expect, test } from 'vitest';
import { type Offer, offersAt, pathAt } from './expressions/offers.ts';
import { atText } from './scope-at.ts';
import { catalogue } from './testing/catalogue.ts';

const workflow = (text: string) => ({
  id: 'w',
  inputs: { name: { type: 'string' }, 'odd-name': { type: 'integer' } },
  steps: [
    { id: 'fetch', action: 'gmail.list_messages', params: {} },
    { id: 'total', set: { total: 1 } },
    {
      id: 'each',
      for_each: '{{ steps.fetch.messages }}',
      steps: [{ id: 'here', transform: { text } }],
    },
    { id: 'later', transform: 1 },
  ],
});
const AT = '/steps/2/steps/0/transform/text';

function offered(before: string) {
  const text = `a {{ ${before}`;
  return atText(workflow(text), AT, catalogue, (scope) => offersAt(scope, before));
}
const texts = (offers: readonly Offer[] = []) => offers.map(({ text, type }) => `${text}: ${type}`);

test.each([
  ['inputs.', 0, ['name: a string', '`odd-name`: an integer']],
  ['inputs.na', 2, ['name: a string', '`odd-name`: an integer']],
  ['$uppercase(steps.', 0, ['each: an object', 'fetch: an object', 'total: an object']],
  ['vars.', 0, ['total: an integer']],
  ['execution.', 0, ['id: a string', 'name: a string', 'started_at: a string', 'workflow_id: a string']],
  ['steps.fetch.messages[0].attachments.', 0, ['name: a string', 'size: an integer']],
  ['$$.inputs.', 0, ['name: a string', '`odd-name`: an integer']],
  ['steps.nowhere.', 0, []],
])('after %s', (before, length, expected) => {
  const found = offered(before);
  expect(found?.length).toBe(length);
  expect(texts(found?.offers).sort()).toEqual(expect.arrayContaining(expected.toSorted()));
  expect(found?.offers.filter(({ kind }) => kind === 'function')).toEqual([]);
});

test('what begins an expression: the roots of the place, and functions', () => {
  const found = texts(offered('')?.offers);
  expect(found.slice(0, 6).map((one) => one.split(':')[0])).toEqual([
    'inputs',
    'steps',
    'vars',
    'execution',
    'item',
    'index',
  ]);
  expect(found).toContain('$uppercase: a string');
  expect(texts(offered('$up')?.offers)).not.toContain('inputs: an object');
});

test('in a predicate the fields of the items come first', () => {
  const [first] = texts(offered('steps.fetch.messages[')?.offers);
  expect(first).toBe('id: a string');
});

test('a step that runs later is not offered, and the step itself is not', () => {
  const ids = offered('steps.')?.offers.map(({ text }) => text);
  expect(ids).not.toContain('later');
  expect(ids).not.toContain('here');
});

test.each([
  ['steps.fetch.messages[0].subject', 26, 'a string', 'subject'],
  ['steps.fetch.messages', 9, 'an object', 'fetch'],
  ['"x" & inputs.name', 14, 'a string', 'name'],
  ['steps.fetch.messages[subject = "x"]', 23, 'a string', 'subject'],
])('%s at %d', (source, at, type, name) => {
  const found = atText(workflow(`{{${source}}}`), AT, catalogue, (scope) => pathAt(scope, source, at));
  expect([found?.type, source.slice(found?.from, found?.to)]).toEqual([type, name]);
});

test('of functions and of what does not exist nothing is said', () => {
  const said = (source: string, at: number) =>
    atText(workflow(`{{${source}}}`), AT, catalogue, (scope) => pathAt(scope, source, at));
  expect([said('$sum(1)', 2), said('steps.nope', 8), said('1 + 2', 2)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('of a document that is none there is nothing', () => {
  expect(atText([], AT, catalogue, () => 1)).toBeUndefined();
  expect(atText({ id: 'w' }, AT, catalogue, () => 1)).toBeUndefined();
});

test('in a step that is not whole yet the same is offered', () => {
  const document = workflow('x');
  const steps = [
    ...document.steps.slice(0, 2),
    {
      id: 'each',
      for_each: '{{ steps.fetch.messages }}',
      steps: [{ id: 'helper', agent: { goal: 'a {{ steps.', tools: [] } }],
    },
  ];
  const found = atText({ ...document, steps }, '/steps/2/steps/0/agent/goal', catalogue, (scope) =>
    offersAt(scope, 'steps.'),
  );
  expect(texts(found?.offers)).toEqual(['each: an object', 'fetch: an object', 'total: an object']);
});
