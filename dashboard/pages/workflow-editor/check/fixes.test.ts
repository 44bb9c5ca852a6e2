// What one click makes of a mistake: what was meant, with the rest of the text as it was, and nothing to say any more.
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../../../infrastructure/build-catalogue.ts';
import { problemExamples } from '../../../../lib/compiler/problems/examples.ts';
import { textOf } from '../document/workflow-text.ts';
import { checkText } from './check-text.ts';
import { editsOfFix, type FoundFix } from './fixes.ts';

const actions = await buildCatalogue();
const one = {
  ...{ id: 'one.value', service: 'one', effect: 'read', function_name: 'one', scopes: [] },
  input: {
    type: 'object',
    properties: { kind: { enum: ['only'] }, of: { type: 'string' } },
    required: ['kind', 'of'],
  },
};
const account = {
  actions: [...actions, { ...actions[0], ...one }] as typeof actions,
  deployment: { function_arn_prefix: '', state_machine_arn_prefix: '', api_url: '' },
};
const saved = { read: async () => undefined, ids: async () => [] };
const problemsOf = (text: string) => checkText(text, account, saved, Date.UTC(2026, 2, 1));

function mended(text: string, fix: FoundFix): string {
  return editsOfFix(fix, text).reduceRight(
    (whole, { offset, length, text: written }) =>
      whole.slice(0, offset) + written + whole.slice(offset + length),
    text,
  );
}

const ask = { id: 'ask', approval: { message: 'Send it?' } };
const tell = {
  id: 'tell',
  action: 'gmail.send_message',
  params: { to: ['a@x.example'], subject: 's', body: 't' },
};
const loop = (more: object) => ({
  id: 'each',
  for_each: [1],
  ...more,
  steps: [{ id: 'a', transform: '{{ item }}' }],
});
const approved = '{{ steps.ask.approved }}';
const end = { id: 'end_without_ask', when: '{{ $not(steps.ask.approved) }}', return: '{{ steps.ask }}' };
const shows = (value: string) => ({ id: 'show', transform: value });
const steps = (...all: unknown[]) => ({ id: 'w', steps: all });

test.each<[verb: FoundFix['verb'], bad: unknown, meant: unknown]>([
  ['Add', steps(ask, tell), steps(ask, { ...tell, when: approved })],
  ['Add', steps(ask, tell, { ...tell, id: 'more' }), steps(ask, end, tell, { ...tell, id: 'more' })],
  ['Add', steps(ask, { ...tell, when: '{{ 1 = 1 }}' }), steps(ask, end, { ...tell, when: '{{ 1 = 1 }}' })],
  [
    'Add',
    steps(shows('{{ inputs.city }}')),
    { ...steps(shows('{{ inputs.city }}')), inputs: { city: { type: 'string' } } },
  ],
  [
    'Add',
    { id: 'w', inputs: { name: {} }, steps: [shows('{{ inputs.name & inputs.city }}')] },
    {
      ...{ id: 'w', inputs: { name: {}, city: { type: 'string' } } },
      steps: [shows('{{ inputs.name & inputs.city }}')],
    },
  ],
  [
    'Add',
    { id: 'w', triggers: [{ webhook: { verify: 'github' } }], steps: [shows('{{ inputs.webhook.body }}')] },
    {
      ...{
        id: 'w',
        triggers: [{ webhook: { verify: 'github' } }],
        steps: [shows('{{ inputs.webhook.body }}')],
      },
      inputs: { webhook: { type: 'object' } },
    },
  ],
  [
    'Add',
    steps(loop({ tolerated_failures: 2 })),
    steps({ ...loop({ tolerated_failures: 2 }), on_item_error: 'continue' }),
  ],
  [
    'Change to',
    steps(loop({ mode: 'inline', max_concurrency: 100 })),
    steps(loop({ mode: 'distributed', max_concurrency: 100 })),
  ],
  [
    'Add',
    steps({ id: 'a', action: 'one.value', params: { of: 'x' } }),
    steps({ id: 'a', action: 'one.value', params: { of: 'x', kind: 'only' } }),
  ],
  ['Leave out', { ...steps(tell), concurrency: { limit: 1 } }, steps(tell)],
])('%s: %j', async (verb, bad, meant) => {
  const text = textOf(bad);
  const problem = (await problemsOf(text)).find(({ fix }) => fix);
  expect(problem?.fix?.verb).toBe(verb);
  if (!problem?.fix) return;
  const after = mended(text, problem.fix);
  expect(JSON.parse(after)).toEqual(meant);
  const left = await problemsOf(after);
  expect(left.filter(({ severity, code }) => severity === 'error' || code === problem.code)).toEqual([]);
});

test('what would not mend it whole is not offered: an approval whose decision nothing can follow', async () => {
  const inner = steps({ id: 'each', for_each: [1], steps: [ask, tell, { ...tell, id: 'more' }] });
  const taken = steps(ask, tell, { ...tell, id: 'end_without_ask' });
  for (const bad of [inner, taken]) {
    const found = await problemsOf(textOf(bad));
    const unread = found.filter(({ message }) => message.startsWith('Nothing reads the decision'));
    expect(unread.map(({ fix }) => fix)).toEqual([undefined]);
  }
});

test('what is mended is not reported again, in any example', async () => {
  const left = [];
  for (const { bad } of Object.values(problemExamples)) {
    const text = textOf(bad);
    for (const { fix, message } of await problemsOf(text)) {
      if (!fix) continue;
      const after = await problemsOf(mended(text, fix));
      left.push(...after.filter((problem) => problem.message === message));
    }
  }
  expect(left).toEqual([]);
});
