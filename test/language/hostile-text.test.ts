// Text that breaks quoting, templates, validators or encodings comes out of a run as it went in, or is refused on saving.
import validate from 'asl-validator';
import { afterAll, describe, expect, test } from 'vitest';
import { codes } from '../../lib/compiler/testing/compile.ts';
import { createRunner } from '../support/run-compiled.ts';

const runner = await createRunner();
afterAll(() => runner.close());

const texts = {
  quotes: `say "hi" 'there' \`x\``,
  backslashes: String.raw`C:\temp \u0041 \" \\ \n`,
  'delimiters of Step Functions': '{% $states.input %} %} {%',
  'closing braces': 'a }} b } }}}',
  'expressions of other languages': '{{ x }} {{{message}}} {{code}} {{{value}}}',
  'line breaks': 'a\nb\r\nc\td',
  'line separators': 'a\u2028b\u2029c',
  'control characters': '\u0000\u0001\u001f\u007f',
  'half of a surrogate pair': 'a\ud800b\udc00',
  'characters of four bytes': '🎉𝒳',
  'names of JavaScript': '__proto__ constructor toString',
  'a call': '$eval("1") $error("x")',
  'nothing at all': '',
  '200 KB': 'x"y{%abcde'.repeat(20_000),
};

describe.each(Object.entries(texts))('%s', (_, text) => {
  test('as an input', async () => {
    const document = {
      id: 'w',
      inputs: { text: { type: 'string' } },
      steps: [
        { id: 'same', transform: '{{ inputs.text }}' },
        { id: 'length', transform: '{{ $length(steps.same) }}' },
      ],
      output: { same: '{{ steps.same = inputs.text }}', length: '{{ steps.length }}' },
    };
    const { output } = await runner.run(document, { text }, () => null);
    expect(output).toEqual({ same: true, length: [...text].length });
  });

  test('as an input within other text, and as an output', async () => {
    if (text.length > 100_000) return;
    const document = {
      id: 'w',
      inputs: { text: { type: 'string' } },
      steps: [{ id: 'a', transform: '<{{ inputs.text }}>' }],
    };
    expect((await runner.run(document, { text }, () => null)).output).toBe(`<${text}>`);
  });

  test('as a literal: a value, a part of one, a key and a default', async () => {
    if (text.length > 100_000 || text.includes('{{')) return;
    const literal = { plain: text, list: [text, [text]], [`k${text}`]: text };
    const document = {
      id: 'w',
      inputs: { text: { default: text } },
      steps: [
        { id: 'a', transform: { ...literal, given: '{{ inputs.text }}', around: `-${text}{{ 1 }}${text}` } },
      ],
    };
    const { output, definition } = await runner.run(document, {}, () => null);
    expect(output).toEqual({ ...literal, given: text, around: `-${text}1${text}` });
    expect(validate(JSON.parse(JSON.stringify(definition))).errors).toEqual([]);
  });

  test('as what $error and $assert say, in on_error and in the log', async () => {
    if (text === '' || text.length > 10_000 || !text.isWellFormed()) return;
    const document = {
      id: 'w',
      inputs: { text: { type: 'string' } },
      steps: [
        {
          id: 'a',
          transform: '{{ $error(inputs.text) }}',
          on_error: [{ id: 'seen', transform: '{{ error.message }}' }],
        },
        { id: 'b', transform: '{{ $assert(steps.a = "", steps.a) }}' },
      ],
    };
    const { log } = await runner.run(document, { text }, () => null);
    expect(log.error?.message).toBe(`In the step b: In the step a: ${text}`);
  });

  test('as the id of a step it is refused', () => {
    expect(codes({ id: 'w', steps: [{ id: text, transform: 1 }] })).toEqual(['invalid-id /steps/0/id']);
  });
});
