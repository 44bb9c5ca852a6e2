// The sizes that Step Functions allows, at their bounds: 256 KiB a state, 1 MiB a request.
import { expect, test } from 'vitest';
import { codes, result } from '../testing/compile.ts';

const STATE = 262_144;
const REQUEST = 1_048_576;
const steps = (...list: object[]) => ({ id: 'w', steps: list });
const x = (bytes: number) => 'x'.repeat(bytes);
/** A text that is so many bytes of JSON. */
const text = (bytes: number) => x(bytes - 2);
const TASK = STATE - 1024;
const EMPTY_TEXT_PARAM = Buffer.byteLength('{"text":""}');

/** Where what is made with so many bytes is refused. */
const bounds: Readonly<Record<string, [most: number, document: (bytes: number) => object, pointer: string]>> =
  {
    transform: [STATE, (n) => steps({ id: 'a', transform: text(n) }), '/steps/0/transform'],
    'characters of several bytes': [
      STATE,
      (n) => steps({ id: 'a', transform: `é${text(n - 2)}` }),
      '/steps/0/transform',
    ],
    'characters that JSON escapes': [
      STATE,
      (n) => steps({ id: 'a', transform: `\n${text(n - 2)}` }),
      '/steps/0/transform',
    ],
    'all variables of a set': [
      STATE,
      (n) => steps({ id: 'a', set: { v: text(n - 12), w: 1 } }),
      '/steps/0/set',
    ],
    'what stands around expressions': [
      STATE,
      (n) => steps({ id: 'a', transform: `${text(n - 5)}{{ execution.id }}12345` }),
      '/steps/0/transform',
    ],
    'what stands beside expressions': [
      STATE,
      (n) => steps({ id: 'a', transform: { e: '{{ execution.id }}', t: text(n - 12) } }),
      '/steps/0/transform',
    ],
    'params, beside which a Task holds more': [
      TASK,
      (n) => steps({ id: 'a', action: 'openai.summarize', params: { text: x(n - EMPTY_TEXT_PARAM) } }),
      '/steps/0/params',
    ],
    'a list to loop over': [
      STATE,
      (n) => steps({ id: 'a', for_each: [text(n - 2)], steps: [{ id: 'b', wait: 'PT1S' }] }),
      '/steps/0/for_each',
    ],
    'a step’s default': [
      STATE,
      (n) => steps({ id: 'a', when: '{{ $random() > 0.5 }}', transform: 1, default: text(n) }),
      '/steps/0/default',
    ],
    'an input’s default': [
      STATE,
      (n) => ({
        ...steps({ id: 'a', transform: '{{ $length(inputs.i) }}' }),
        inputs: { i: { default: text(n) } },
      }),
      '/inputs/i/default',
    ],
    'the output': [STATE, (n) => ({ ...steps({ id: 'a', wait: 'PT1S' }), output: text(n) }), '/output'],
  };

test.each(Object.entries(bounds))('%s: so many bytes and not one more', (_, [most, document, pointer]) => {
  expect(codes(document(most))).toEqual([]);
  expect(codes(document(most + 1))).toEqual([`literal-too-large ${pointer}`]);
});

/** A workflow whose definition, as a string of JSON, has so many bytes. */
function ofDefinition(bytes: number): object {
  const document = (fill: number) =>
    steps(...[0, 1, 2, 3].map((n) => ({ id: `s${n}`, wait: 'PT1S', comment: x(n === 0 ? fill : 230_000) })));
  const made = result(document(0));
  if (!made.ok) throw new Error(made.problems[0]?.message);
  return document(bytes - Buffer.byteLength(JSON.stringify(JSON.stringify(made.definition))) - ': '.length);
}

test('a definition: what fits into a request with its signature, and not one byte more', () => {
  const most = REQUEST - 8192;
  expect(codes(ofDefinition(most))).toEqual([]);
  expect(codes(ofDefinition(most + 1))).toEqual(['definition-too-large ']);
});

test('quotes count twice, as in the request', () => {
  const quotes = Array.from({ length: 5 }, (_, n) => ({
    id: `s${n}`,
    wait: 'PT1S',
    comment: '"'.repeat(60_000),
  }));
  expect(codes(steps(...quotes))).toEqual(['definition-too-large ']);
});

test('references that stand for much more code than they are long are not followed for ever', () => {
  const long = x(262_142);
  const five = Array.from({ length: 5 }, () => '{{ inputs.a }}');
  const document = { id: 'w', inputs: { a: { default: long } }, steps: [{ id: 'a', transform: five }] };
  expect(codes(document)).toEqual(['definition-too-large ']);
});
