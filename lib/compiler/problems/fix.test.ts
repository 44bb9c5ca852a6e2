// The changes that hints mean: each takes its problem away and leaves the rest of the text as it was.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: JavaScript’s templates are among the mistakes
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../../infrastructure/build-catalogue.ts';
import { compile, type Problem } from '../compile.ts';
import { fixEdits } from './locate.ts';

const catalogue = await buildCatalogue();
const problemsOf = (text: string): readonly Problem[] => {
  const result = compile(JSON.parse(text), {
    catalogue,
    functionArn: (name) => name,
    stateMachineArn: (id) => id,
    version: 1,
    apiUrl: 'https://example.com',
    workflows: new Map([['digest', { inputs: { name: { type: 'string' } }, calls: [], isExpress: false }]]),
  });
  return [...(result.ok ? [] : result.problems), ...result.warnings];
};

const workflow = (step: unknown, rest: object = {}) =>
  JSON.stringify({
    id: 'w',
    inputs: { name: { type: 'string' }, 'odd-name': { type: 'string' } },
    steps: [{ id: 'fetch', action: 'gmail.list_messages', params: {} }, ...[step].flat()],
    ...rest,
  });
const shows = (expression: string) => workflow({ id: 'a', transform: `{{ ${expression} }}` });

test.each([
  [shows('inputs.nme'), shows('inputs.name')],
  [shows('inputs.`odd-nam`'), shows('inputs.`odd-name`')],
  [shows('inputs.odd_name'), shows('inputs.`odd-name`')],
  [shows('"é\n" & name'), shows('"é\n" & inputs.name')],
  [shows('steps.fech.messages'), shows('steps.fetch.messages')],
  [shows('steps.fetch.messages[0].subjct'), shows('steps.fetch.messages[0].subject')],
  [shows('steps.fetch.messages.`subjct`'), shows('steps.fetch.messages.subject')],
  [shows('execution.ID'), shows('execution.id')],
  [shows('$uppercas(inputs.name)'), shows('$uppercase(inputs.name)')],
  [shows('uppercase(inputs.name)'), shows('$uppercase(inputs.name)')],
  [shows('inputs.name === "x"'), shows('inputs.name = "x"')],
  [shows('inputs.name !== "x" ? 1 : 2'), shows('inputs.name != "x" ? 1 : 2')],
  [shows('!inputs.name'), shows('$not(inputs.name)')],
  [shows('inputs.name ?? "you"'), shows('(inputs.name != null ? inputs.name : "you")')],
  [shows('inputs.name || "you"'), shows('(inputs.name ? inputs.name : "you")')],
  [shows('`Hello ${inputs.name}`'), shows('("Hello " & inputs.name)')],
  [shows('steps.fetch.messages.length'), shows('$count(steps.fetch.messages)')],
  [shows('1 + inputs.name.length'), shows('1 + $length(inputs.name)')],
  [
    shows('steps.fetch.messages.map(m => m.subject)'),
    shows('$map(steps.fetch.messages, function($m) { $m.subject })'),
  ],
  [
    shows('steps.fetch.messages.map(function($m) { $m.subject })'),
    shows('$map(steps.fetch.messages, function($m) { $m.subject })'),
  ],
  [shows('inputs.name.toUpperCase()'), shows('$uppercase(inputs.name)')],
  [shows('"é" + inputs.name'), shows('"é" & inputs.name')],
  [
    workflow({ id: 'a', when: '{{ inputs.name && steps.fetch.messages }}', transform: 1 }),
    workflow({ id: 'a', when: '{{ inputs.name and steps.fetch.messages }}', transform: 1 }),
  ],
  [
    workflow({ id: 'a', transform: 'a {{ inputs.name }} {{ inputs.name === "}}" }}' }),
    workflow({ id: 'a', transform: 'a {{ inputs.name }} {{ inputs.name = "}}" }}' }),
  ],
  [
    workflow({ id: 'a', when: ' {{ inputs.nme = "x" }}', transform: 1 }),
    workflow({ id: 'a', when: ' {{ inputs.name = "x" }}', transform: 1 }),
  ],
  [
    workflow({ id: 'a', if: true, transform: '{{ steps.fetch }}' }),
    workflow({ id: 'a', when: true, transform: '{{ steps.fetch }}' }),
  ],
  [workflow({ id: 'a', acton: 'gmail.list_messages' }), workflow({ id: 'a', action: 'gmail.list_messages' })],
  [workflow({ id: 'a', action: 'gmail.list_mesages' }), workflow({ id: 'a', action: 'gmail.list_messages' })],
  [
    workflow({ id: 'a', action: 'gmail.list_messages', params: { max_result: 1 } }),
    workflow({ id: 'a', action: 'gmail.list_messages', params: { max_results: 1 } }),
  ],
  [
    workflow({ id: 'a', workflow: 'digst', input: { name: 'x' } }),
    workflow({ id: 'a', workflow: 'digest', input: { name: 'x' } }),
  ],
  [
    workflow({ id: 'a', workflow: 'digest', input: { nam: 'x' } }),
    workflow({ id: 'a', workflow: 'digest', input: { name: 'x' } }),
  ],
  [
    workflow([], { triggers: [{ shedule: 'rate(1 hour)' }] }),
    workflow([], { triggers: [{ schedule: 'rate(1 hour)' }] }),
  ],
  [workflow([], { type: 'expres' }), workflow([], { type: 'express' })],
  [
    workflow({ id: 'a', action: 'gmail.list_messages', retry: { on: ['RateLimitd'] } }),
    workflow({ id: 'a', action: 'gmail.list_messages', retry: { on: ['RateLimited'] } }),
  ],
])('%s', (text, mended) => {
  const problem = problemsOf(text).find(({ fix }) => fix);
  expect(problem).toBeDefined();
  const [edit] = fixEdits(text, problem ? [problem] : []);
  const { offset, length, text: written } = edit ?? { offset: 0, length: 0, text: '' };
  expect(text.slice(0, offset) + written + text.slice(offset + length)).toBe(mended);
});
