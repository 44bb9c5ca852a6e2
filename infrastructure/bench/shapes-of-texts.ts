// Shapes of documents in the older format, and of texts that are hardly JSON.
import { keyed, many, type Shapes, workflow } from './shape.ts';

/** A value in so many lists or objects. */
export const deep = (n: number, around: (inner: string) => [string, string]): string => {
  const [open, close] = around('');
  return open.repeat(n) + close.repeat(n);
};
const olderFormat: Shapes = {
  'older: a chain': (n) => ({
    workflow_id: 'bench',
    steps: many(n, (k) => ({
      step_id: `s${k}`,
      type: 'openai',
      action: 'summarize',
      text: '{{text}}',
      ...(k < n - 1 && { next_step: `s${k + 1}` }),
    })),
  }),
  'older: a chain backwards': (n) => ({
    id: 'bench',
    steps: many(n, (k) => ({
      id: `s${k}`,
      type: 'openai',
      action: 'summarize',
      params: { text: '{{x}}' },
      ...(k > 0 && { next_step: `s${k - 1}` }),
    })),
    variables: { x: '1' },
  }),
  'older: a circle': (n) => ({
    id: 'bench',
    steps: many(n, (k) => ({
      id: `s${k}`,
      type: 'openai',
      action: 'summarize',
      params: { text: 'x' },
      next_step: `s${(k + 1) % n}`,
    })),
    variables: { x: '1' },
  }),
  'older: placeholders': (n) => ({
    id: 'bench',
    steps: [{ id: 's', type: 'openai', action: 'summarize', params: { text: '{{x}}'.repeat(n) } }],
    variables: { x: '1' },
  }),
  'older: different placeholders': (n) => ({
    id: 'bench',
    steps: [
      {
        id: 's',
        type: 'openai',
        action: 'summarize',
        params: { text: many(n, (k) => `{{x${k}}}`).join('') },
      },
    ],
    variables: { x: '1' },
  }),
  'older: outputs': (n) => ({
    id: 'bench',
    steps: many(n, (k) => ({
      id: `s${k}`,
      type: 'openai',
      action: 'summarize',
      params: { text: k === 0 ? 'x' : `{{s${k - 1}_output}}` },
      ...(k < n - 1 && { next_step: `s${k + 1}` }),
    })),
    variables: { x: '1' },
  }),
  'older: ids that become the same': (n) => ({
    id: 'bench',
    steps: many(n, (k) => ({
      id: k.toString(2).padStart(16, '0').replaceAll('0', '-').replaceAll('1', '.'),
      type: 'openai',
      action: 'summarize',
      params: { text: 'x' },
    })),
    variables: {},
  }),
  'older: a format that grows': (n) => ({
    id: 'bench',
    steps: [
      {
        id: 's',
        type: 'transform',
        action: 'format',
        params: { template: '{x} '.repeat(n / 8), x: 'x'.repeat(n / 2) },
      },
    ],
    variables: { x: '1' },
  }),
  'older: mistakes in placeholders': (n) => ({
    id: 'bench',
    steps: [
      { id: 's', type: 'openai', action: 'summarize', params: { text: '{{ steps.a }} {{x}} '.repeat(n) } },
    ],
    variables: { x: '1' },
  }),
  'older: formats': (n) => ({
    id: 'bench',
    steps: [{ id: 's', type: 'transform', action: 'format', params: { template: '{x} '.repeat(n), x: '1' } }],
    variables: { x: '1' },
  }),
  'older: variables': (n) => ({
    id: 'bench',
    steps: [{ id: 's', type: 'openai', action: 'summarize', params: { text: 'x' } }],
    variables: keyed(n, (k) => [`v${k}`, 'x']),
  }),
};

const texts: Shapes = {
  'duplicate keys': (n) => `{"id":"a",${many(n, () => '"k":1').join(',')}}`,
  'duplicate keys far inside': (n) =>
    `{"id":"a","steps":${'{"x":'.repeat(100)}{${many(n, () => '"k":1').join(',')}}${'}'.repeat(100)}}`,
  'duplicate keys around mistakes': (n) =>
    `{"id":"a",${'"steps":1,'.repeat(n / 2)}"steps":[${many(n / 2, () => '1').join(',')}]}`,
  'a long key around duplicate keys': (n) => `{"${'x'.repeat(n)}":{${many(200, () => '"k":1').join(',')}}}`,
  'a long key around mistakes': (n) =>
    JSON.stringify(workflow([{ id: 'a', transform: { ['x'.repeat(n)]: many(2000, () => '{{ a }}') } }])),
  'lists in lists of JSON': (n) => deep(n, () => ['[', ']']),
  'objects in objects of JSON': (n) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`,
  'lists of JSON without an end': (n) => '['.repeat(n),
  'white space': (n) => `${' '.repeat(n)}`,
  'line breaks of JSON': (n) => `{"id":"a"${'\n'.repeat(n)}}`,
  'broken JSON at the end': (n) =>
    `{"id":"a","steps":[${many(n, (k) => `{"id":"s${k}","wait":"PT1S"}`).join(',')}`,
  'a comma at the end': (n) => `{"id":"a","steps":[${many(n, (k) => `{"id":"s${k}"}`).join(',')},]}`,
  'a comma and spaces at the end': (n) => `{"id":"a","steps":[1,${' '.repeat(n)}]}`,
  'spaces everywhere before a mistake': (n) => `{"id":"a","steps":[${`1,${' '.repeat(50)}`.repeat(n)}x]}`,
  'mistakes everywhere': (n) => `{"id":"a","steps":[${many(n, () => 'x').join(',')}]}`,
  'comments of JSON': (n) => `{"id":"a"} ${'// c\n'.repeat(n)}`,
  'a text without an end': (n) => `{"id":"${'x'.repeat(n)}`,
  'a text with a control character': (n) => `{"id":"${'x'.repeat(n)}\u0001"}`,
  escapes: (n) => `{"id":"a","steps":[{"id":"a","transform":"${'\\u0041'.repeat(n)}"}]}`,
  'a number of JSON': (n) => `{"id":"a","steps":[{"id":"a","transform":${'9'.repeat(n)}}]}`,
  'a number with a mistake': (n) => `{"id":"a","steps":[{"id":"a","transform":${'9'.repeat(n)}.}]}`,
  'problems in many places': (n) =>
    `{"id":"a","steps":[${many(n, (k) => `\n{"id":"s${k}","transform":"{{ inputs.a }} \\u0041"}`).join(',')}]}`,
};

export const shapesOfTexts: Shapes = { ...olderFormat, ...texts };
