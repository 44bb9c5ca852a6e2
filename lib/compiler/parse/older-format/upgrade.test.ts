// The seeds' workflow format: what it is upgraded to, and its own mistakes.
import { expect, test } from 'vitest';
import { codes, problems, result } from '../../testing/compile.ts';

const upgraded = (document: unknown) => {
  const compiled = result(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.workflow;
};

const search = (id: string, rest: object = {}) => ({ id, type: 'gmail', action: 'list_messages', ...rest });

test("the field's own example", () => {
  const document = {
    id: 'email_to_notion',
    name: 'Email to Notion Summary',
    steps: [
      {
        id: 'fetch_email',
        type: 'gmail',
        action: 'list_messages',
        params: { max_results: 1 },
        next_step: 'summarize',
      },
      {
        id: 'summarize',
        type: 'openai',
        action: 'summarize',
        params: { text: '{{fetch_email_output}}' },
        next_step: 'save_to_notion',
      },
      {
        id: 'save_to_notion',
        type: 'notion',
        action: 'create_page',
        params: {
          parent_id: '{{notion_database_id}}',
          title: 'Email Summary',
          content: '{{summarize_output}}',
        },
      },
    ],
  };
  expect(upgraded(document)).toEqual({
    id: 'email_to_notion',
    name: 'Email to Notion Summary',
    inputs: { notion_database_id: {} },
    steps: [
      { id: 'fetch_email', action: 'gmail.list_messages', params: { max_results: 1 } },
      { id: 'summarize', action: 'openai.summarize', params: { text: '{{ $string(steps.fetch_email) }}' } },
      {
        id: 'save_to_notion',
        action: 'notion.create_page',
        params: {
          parent_id: '{{ inputs.notion_database_id }}',
          title: 'Email Summary',
          content: '{{ steps.summarize.text }}',
        },
      },
    ],
  });
});

test('ids with hyphens, params beside the keys of the step, names, and text around placeholders', () => {
  const document = {
    id: 'w',
    variables: { city: 'Paris', tags: { type: 'array', default: ['a'] }, table: { rows: 1 } },
    steps: [
      search('get-it', { query: 'in {{city}}', name: 'Get it', next_step: 'get_it' }),
      {
        id: 'get_it',
        type: 'openai',
        action: 'openai.chat',
        variables: {
          all: '{{get-it_output}}',
          first: '{{ get-it_output.messages[0].subject }}',
          native: '{{ $count(inputs.tags) }}',
          t: '{{table}}',
        },
      },
    ],
    output: '{{get_it_output}}: {{get-it_output}}',
  };
  expect(upgraded(document)).toEqual({
    id: 'w',
    name: 'w',
    inputs: {
      city: { default: 'Paris' },
      tags: { type: 'array', default: ['a'] },
      table: { default: { rows: 1 } },
    },
    steps: [
      {
        id: 'get_it_2',
        comment: 'Get it',
        action: 'gmail.list_messages',
        params: { query: 'in {{ inputs.city }}' },
      },
      {
        id: 'get_it',
        action: 'openai.chat',
        params: {
          variables: {
            all: '{{ steps.get_it_2 }}',
            first: '{{ steps.get_it_2.messages[0].subject }}',
            native: '{{ $count(inputs.tags) }}',
            t: '{{ inputs.table }}',
          },
        },
      },
    ],
    output: '{{ steps.get_it.text }}: {{ steps.get_it_2 }}',
  });
});

const transform = (action: string, params: object) =>
  upgraded({
    id: 'w',
    variables: { data: {}, 'full-name': 'Ada' },
    steps: [
      search('mail'),
      { id: 'chat', type: 'openai', action: 'chat', params: {} },
      { id: 't', type: 'transform', action, params },
    ],
  }).steps[2];

test.each([
  ['extract', { source: '{{mail_output}}', key: 'messages' }, '{{ steps.mail.messages }}'],
  [
    'extract',
    { source: '{{mail_output}}', key: 'messages.0.subject' },
    '{{ steps.mail.messages[0].subject }}',
  ],
  ['extract', { source: '{{chat_output}}', key: 'usage' }, '{{ steps.chat.usage }}'],
  ['extract', { source: '{{chat_output}}', key: 'title' }, '{{ $parse(steps.chat.text).title }}'],
  ['extract', { source: '{{data}}', key: 'a b' }, '{{ inputs.data.`a b` }}'],
  ['extract', { source: { a: 1 }, key: 'a' }, '{{ ({"a":1}).a }}'],
  [
    'format',
    { template: 'Dear {full-name}, {chat_output}' },
    'Dear {{ inputs.`full-name` }}, {{ steps.chat.text }}',
  ],
  [
    'format',
    { template: '{a} and {b}: {{data}} {"json": 1}', a: '{{mail_output}}', b: 5 },
    '{{ steps.mail }} and 5: {{ inputs.data }} {"json": 1}',
  ],
  ['format', { template: '{a}', values: { a: 'x' } }, 'x'],
])('transform %s %j', (action, params, expected) => {
  expect(transform(action, params)).toEqual({ id: 't', transform: expected });
});

test.each([
  [
    'a dangling next_step',
    [search('a', { next_step: 'c' }), search('b')],
    ['next-step-unknown /steps/0/next_step'],
  ],
  [
    'a next_step that is no text',
    [search('a', { next_step: ['b'] }), search('b')],
    ['wrong-type /steps/0/next_step'],
  ],
  [
    'a cycle of all',
    [search('a', { next_step: 'b' }), search('b', { next_step: 'a' })],
    ['next-step-cycle /steps/1/next_step'],
  ],
  [
    'a cycle after a first step',
    [search('a', { next_step: 'b' }), search('b', { next_step: 'c' }), search('c', { next_step: 'b' })],
    ['next-step-cycle /steps/2/next_step'],
  ],
  [
    'a cycle beside',
    [search('a'), search('b', { next_step: 'c' }), search('c', { next_step: 'b' })],
    ['step-unreachable /steps/1', 'step-unreachable /steps/2'],
  ],
  [
    'two first steps',
    [search('a', { next_step: 'c' }), search('b', { next_step: 'c' }), search('c')],
    ['several-first-steps /steps'],
  ],
  ['a step that leads to itself', [search('a', { next_step: 'a' })], ['next-step-cycle /steps/0/next_step']],
  [
    'a duplicate id',
    [search('a', { next_step: 'b' }), search('b'), search('b')],
    ['several-first-steps /steps', 'duplicate-step /steps/2/id'],
  ],
  ['an unknown action', [search('a', { action: 'list_mesages' })], ['unknown-action /steps/0/action']],
  [
    'an unknown transform',
    [{ id: 'a', type: 'transform', action: 'sort', params: {} }],
    ['unknown-action /steps/0/action'],
  ],
  [
    'an unknown parameter beside',
    [search('a', { max_result: 1 })],
    ['unknown-parameter /steps/0/max_result'],
  ],
  [
    'an unknown key beside params',
    [search('a', { params: {}, retries: 1 })],
    ['unknown-key /steps/0/retries'],
  ],
  [
    'a step that runs later',
    [search('b', { query: '{{a_output.messages[0].id}}', next_step: 'a' }), search('a')],
    ['later-step /steps/0/query:3'],
  ],
  [
    'a misspelt step',
    [
      search('mail'),
      search('b', { query: '{{mial_output.messages[0].id}} {{true}} {{mail.messages[0].id}}' }),
    ],
    ['unknown-reference /steps/1/query:3'],
  ],
])('%s', (_, steps, expected) => {
  expect(codes({ id: 'w', steps })).toEqual(expected);
});

test('places are those of the document as it was given', () => {
  const document = {
    id: 'w',
    variables: { n: { type: 'integer', default: 'x' } },
    steps: [
      search('second', { params: { max_results: 0 } }),
      search('first', { next_step: 'second', query: 5 }),
    ],
  };
  expect(problems(document).map(({ pointer }) => pointer)).toEqual([
    '/variables/n/default',
    '/steps/0/params/max_results',
    '/steps/1/query',
  ]);
});
