// What steps that hold others give, and assign in place of a step that did not run: as emitted, and evaluated.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { failedItems } from '../asl/tolerated-failures.ts';
import { definition } from '../testing/compile.ts';
import { loopResult } from './for-each/emit.ts';

const value = (id: string, transform: unknown = 1, rest = {}) => ({ id, transform, ...rest });
const steps = (...list: unknown[]) => ({ id: 'w', inputs: { x: {} }, steps: list });
const statesOf = (...list: unknown[]) => definition(steps(...list)).States;
const issue = (id: string, rest = {}) => ({
  id,
  action: 'github.create_issue',
  params: { repo_name: 'o/r', title: 't' },
  ...rest,
});

test('a parallel step gives what each branch gives, by its name', async () => {
  const states = statesOf(
    { id: 'p', parallel: { left: [value('l')], right: [value('r')], last: [value('z')] } },
    value('after', '{{ steps.p.right }}'),
  );
  const code = '{"left": $states.result[0], "right": $states.result[1], "last": $states.result[2]}';
  expect(states['p']).toMatchObject({ Assign: { step_p: `{% ${code} %}` } });
});

test('a switch without a case that holds gives null, to whatever reads it', () => {
  const states = statesOf(
    { id: 's', switch: [{ when: '{{ inputs.x > 1 }}', steps: [value('a')] }] },
    value('after', '{{ steps.s }}'),
  );
  expect(states['s']).toMatchObject({ Assign: { step_s: null }, Default: 'after' });
  expect(states['a']).toMatchObject({ Assign: { step_s: 1 }, Next: 'after' });
});

test('what stands in for a skipped step is what its switch gives', () => {
  const inner = value('a', 1, { when: '{{ inputs.x > 2 }}', default: 5 });
  const states = statesOf(
    { id: 's', switch: [{ when: '{{ inputs.x > 1 }}', steps: [inner] }], else: [value('b', 2)] },
    value('after', '{{ steps.s }}'),
  );
  expect(states['a.when']).toMatchObject({ Assign: { step_s: '{% 5 %}' }, Default: 'after' });
  expect(states['b']).toMatchObject({ Assign: { step_s: 2 } });
});

test('a step that fails and is passed over gives its error to the switch that it ends', () => {
  const inner = issue('a', { on_error: 'continue' });
  const states = statesOf(
    { id: 's', switch: [{ when: '{{ inputs.x > 1 }}', steps: [inner] }], else: [value('b', 2)] },
    value('after', '{{ steps.s }}'),
  );
  expect(states['a']).toMatchObject({
    Assign: { step_s: '{% $states.result.Payload %}' },
    Catch: [
      {},
      { Assign: { step_s: { error: { name: '{% $states.errorOutput.Error %}' } } }, Next: 'after' },
    ],
  });
});

const other = (id: string) => ({ id, workflow: 'other' });
const asked = { message: 'm' };
test.each<[string, object, string?]>([
  ['a value', value('a', 7)],
  ['an action', issue('a')],
  ['a wait', { id: 'a', wait: 'PT1S' }],
  ['parallel branches', { id: 'a', parallel: { only: [value('in')] } }],
  ['a loop', { id: 'a', for_each: '{{ inputs.x }}', steps: [value('in')] }],
  [
    'a loop that tolerates',
    { id: 'a', for_each: [1], steps: [value('in')], on_item_error: 'continue', tolerated_failures: 1 },
  ],
  ['another workflow', other('a')],
  ['an approval', { id: 'a', approval: asked }],
  ['an agent', { id: 'a', agent: { goal: 'x', tools: ['github.create_issue'] } }, 'a.turn'],
  ['a step that is tried as a whole', value('a', 7, { on_error: [value('instead')] })],
  [
    'a switch that no case holds in',
    { id: 'a', switch: [{ when: '{{ inputs.x > 2 }}', steps: [value('in')] }] },
  ],
])('what ends a case is given to its own name and to the switch alike: %s', (_, step, name = 'a') => {
  const states = statesOf(
    { id: 's', switch: [{ when: '{{ inputs.x > 1 }}', steps: [step] }] },
    value('after', '{{ [steps.s, $exists(steps.a) ? steps.a] }}'),
  );
  const { Assign = {} } = states[name] as { Assign?: Record<string, unknown> };
  expect(Object.keys(Assign)).toEqual(expect.arrayContaining(['step_a', 'step_s']));
  expect(Assign['step_s']).toEqual(Assign['step_a']);
});

test('what handles an error gives its result in place of the step that failed, and to a switch around it', () => {
  const handled = issue('a', { on_error: [value('first', 2), value('instead', 3)] });
  const alone = statesOf(handled, value('after', '{{ steps.a }}'));
  expect(alone['first']).not.toHaveProperty('Assign');
  expect(alone['instead']).toMatchObject({ Assign: { step_a: 3 }, Next: 'after' });
  const last = statesOf(
    { id: 's', switch: [{ when: '{{ inputs.x > 1 }}', steps: [handled] }] },
    value('after', '{{ [steps.s, $exists(steps.a) ? steps.a] }}'),
  );
  expect(last['instead']).toMatchObject({ Assign: { step_a: 3, step_s: 3 }, Next: 'after' });
  const skipped = issue('a', { on_error: [value('instead', 3, { when: '{{ inputs.x > 2 }}', default: 4 })] });
  expect(statesOf(skipped, value('after', '{{ steps.a }}'))['instead.when']).toMatchObject({
    Assign: { step_a: '{% 4 %}' },
  });
});

const failed = (index: number) => ({ error: { name: 'NotFound', message: `no ${index}`, index } });
/** What a loop gives of these results of its iterations, or the message that it fails with. */
async function loopGives(tolerated_failures: number | `${number}%`, result: unknown): Promise<unknown> {
  const step = { id: 'each', for_each: '{{ x }}', steps: [], tolerated_failures };
  // Step Functions' $error is JSONata's.
  const expression = jsonata(loopResult(step));
  return expression.evaluate({}, { states: { result } }).catch((error: { message: string }) => error.message);
}

test('a loop tolerates as many failures as it says, and not one more', async () => {
  const two = [failed(0), 1, failed(2), 3];
  expect(await loopGives(2, two)).toEqual(two);
  expect(await loopGives(1, two)).toBe(
    '2 of 4 items failed, more than the 1 that are tolerated. Item 0: NotFound: no 0',
  );
  expect(await loopGives('50%', two)).toEqual(two);
  expect(await loopGives('49%', two)).toContain('more than the 49% that are tolerated');
  expect(await loopGives(0, [1, 2])).toEqual([1, 2]);
  expect(await loopGives(0, [failed(0)])).toContain('1 of 1 items failed');
});

test('how many items failed is read from that message, and from no other', async () => {
  const many = Array.from({ length: 40 }, (_, index) => (index < 12 ? failed(index) : index));
  const message = String(await loopGives('5%', many));
  expect(message).toMatch(/^12 of 40 items failed, more than the 5% that/);
  expect(failedItems(message)).toBe(12);
  expect(failedItems(String(await loopGives(10, many)))).toBe(12);
  expect(failedItems(`In the step each: ${message}`)).toBe(12);
  expect([
    failedItems(),
    failedItems(''),
    failedItems(`It failed: ${message}`),
    failedItems('12 of 40'),
  ]).toEqual(Array(4).fill(undefined));
});

test('the message of a failed item is whole, but for double braces, which JSONata would take for names', async () => {
  const error = { name: 'Own', message: 'a {{{message}}} of {{ x }} and }}', index: 0 };
  expect(await loopGives(0, [{ error }])).toBe(
    '1 of 1 items failed, more than the 0 that are tolerated. Item 0: Own: a {message} of { x } and }',
  );
});

test('a result that holds an error of another place is no failure of its item', async () => {
  const given = [{ error: { name: 'Own', message: 'm' } }, failed(7), [failed(2)]];
  expect(await loopGives(0, given)).toEqual(given);
});

test('calls within loops are told apart by the indexes, the outermost loop first', () => {
  const inner = { id: 'inner', for_each: '{{ item }}', steps: [issue('call')] };
  const states = JSON.stringify(statesOf({ id: 'outer', for_each: '{{ inputs.x }}', steps: [inner] }));
  expect(states).toContain('"call_id":"{% ($index_outer) & \\".\\" & ($states.input.index) %}"');
  const middle = { ...inner, id: 'middle', steps: [{ ...inner, id: 'deep' }] };
  const deep = JSON.stringify(statesOf({ id: 'outer', for_each: '{{ inputs.x }}', steps: [middle] }));
  expect(deep).toContain(
    '"call_id":"{% ($index_outer) & \\".\\" & ($index_middle) & \\".\\" & ($states.input.index) %}"',
  );
});

test('a step that is tried as a whole tells its write actions that they may come again', () => {
  const whole = (retry: object) => ({
    id: 'each',
    for_each: '{{ inputs.x }}',
    steps: [issue('call')],
    ...retry,
  });
  expect(JSON.stringify(statesOf(whole({ retry: { max_attempts: 2 } })))).toContain('"repeats":true');
  expect(JSON.stringify(statesOf(whole({ retry: { max_attempts: 1 } })))).not.toContain('repeats');
  expect(JSON.stringify(statesOf(whole({})))).not.toContain('repeats');
  const deep = { id: 'p', retry: { max_attempts: 3 }, parallel: { only: [whole({})] } };
  expect(JSON.stringify(statesOf(deep))).toContain('"repeats":true');
});
