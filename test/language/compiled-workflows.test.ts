// Compiled workflows on the local engine: what the language promises holds at run time.
import { expect, test } from 'vitest';
import { runsOfFile } from '../support/file-runs.ts';
import type { Answer } from '../support/run-compiled.ts';

const run = runsOfFile();

class RateLimited extends Error {
  override readonly name = 'RateLimited';
}

const mail = (subject: string, unread = true) => ({
  id: subject,
  subject,
  from: 'ada@example.com',
  body_text: `${subject} text`,
  unread,
  attachments: [],
  reply_to: null,
});

/** Every action answers; mail is what the test says. */
const actions =
  (messages: unknown[], rest: Answer = () => undefined): Answer =>
  (call, count) => {
    const own = rest(call, count);
    if (own !== undefined) return own;
    if (call.function === 'gmail-list-messages') return { messages, result_size_estimate: messages.length };
    if (call.function === 'notion-create-page') return { id: 'p1', url: 'https://notion.so/p1', title: 'T' };
    if (call.function === 'github-create-issue')
      return { number: 1, url: 'https://github.com/1', title: 'T' };
    const text = `answer to ${JSON.stringify(call.event.input)}`;
    return { text, model: 'm', usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };
  };

const steps = (...list: unknown[]) => ({ id: 'w', steps: list });
const fetch = { id: 'fetch', action: 'gmail.list_messages', params: { query: 'q' } };

test('one transition a step, the values between them, and the output of the last state', async () => {
  const document = {
    id: 'mail_to_page',
    inputs: { db: { type: 'string' }, prefix: { type: 'string', default: 'Re: ' } },
    steps: [
      fetch,
      { id: 'picked', transform: '{{ steps.fetch.messages[unread].subject }}' },
      { id: 'v', set: { count: '{{ $count(steps.picked) }}', note: 'n' } },
      {
        id: 'page',
        action: 'notion.create_page',
        connection: 'work',
        params: {
          parent_id: '{{ inputs.db }}',
          title: '{{ inputs.prefix }}{{ vars.count }} of {{ execution.workflow_id }}',
          content: '{{ $join([steps.picked], ", ") }}',
        },
      },
    ],
    output: { url: '{{ steps.page.url }}', count: '{{ vars.count }}' },
  };
  const result = await run(document, { db: 'd1' }, actions([mail('a'), mail('b', false), mail('c')]));
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: { url: 'https://notion.so/p1', count: 2 },
    states: ['fetch', 'picked', 'v', 'page'],
  });
  expect(result.calls.at(-1)?.event).toMatchObject({
    input: { parent_id: 'd1', title: 'Re: 2 of mail_to_page', content: 'a, c' },
    connection: 'work',
    execution: { workflow_id: 'mail_to_page', step_id: 'page' },
  });
});

test('defaults stand in for inputs that are not given, each and as a whole', async () => {
  const document = {
    id: 'w',
    inputs: { a: { default: -1 }, b: { default: ['{% 1 %}', '{{ inputs.a }}'] }, 'c-d': { required: false } },
    steps: [
      {
        id: 't',
        transform: { a: '{{ inputs.a }}', b: '{{ inputs.b }}', c: '{{ inputs.`c-d` }}', all: '{{ inputs }}' },
      },
    ],
  };
  const none = await run(document, {}, actions([]));
  const b = ['{% 1 %}', '{{ inputs.a }}'];
  expect(none.output).toEqual({ a: -1, b, c: null, all: { a: -1, b } });
  const given = await run(document, { a: 0, b: [], 'c-d': 'x' }, actions([]));
  expect(given.output).toEqual({ a: 0, b: [], c: 'x', all: { a: 0, b: [], 'c-d': 'x' } });
});

test('a skipped step gives nothing, and what guards it tells so', async () => {
  const document = {
    ...steps(
      fetch,
      {
        id: 'page',
        when: '{{ steps.fetch.messages }}',
        action: 'notion.create_page',
        params: { parent_id: 'd', title: 't' },
      },
      { id: 'v', when: '{{ steps.page }}', set: { x: 1 } },
    ),
    output: {
      url: '{{ steps.page ? steps.page.url : null }}',
      page: '{{ $exists(steps.page) and steps.page.url != "" }}',
      x: '{{ vars.x ? vars.x : null }}',
      text: 'at {{ steps.page ? steps.page.url : "nowhere" }}.',
    },
  };
  const skipped = await run(document, {}, actions([]));
  expect(skipped).toMatchObject({
    status: 'SUCCEEDED',
    output: { url: null, page: false, x: null, text: 'at nowhere.' },
    states: ['fetch', 'page.when', 'v.when', 'workflow.output'],
  });
  const taken = await run(document, {}, actions([mail('a')]));
  expect(taken).toMatchObject({
    output: { url: 'https://notion.so/p1', x: 1, text: 'at https://notion.so/p1.' },
    states: ['fetch', 'page.when', 'page', 'v.when', 'v', 'workflow.output'],
  });
});

test('without output, the run gives what its last step gives, null when it was skipped', async () => {
  expect((await run(steps(fetch), {}, actions([]))).output).toEqual({
    messages: [],
    result_size_estimate: 0,
  });
  expect((await run(steps({ id: 'a', when: false, transform: 1 }), {}, actions([]))).output).toBe(null);
});

test.each([
  ['plain', 'the message'],
  ['quotes and backslashes', 'say "hi" \\ C:\\temp \\u0041 \\'],
  ['newlines and controls', 'a\nb\tc\u0001\u2028'],
  ['JSON inside', '{"errorMessage":"inner","x":"\\""}'],
  ['delimiters', '%} {% {{ }} $eval("1")'],
  ['empty', ''],
])('on_error: continue gives the error as the step output: %s', async (_, message) => {
  const document = {
    ...steps(
      { ...fetch, on_error: 'continue' },
      { id: 'after', transform: '{{ steps.fetch.error.message }}' },
    ),
    output: {
      error: '{{ steps.fetch.error }}',
      messages: '{{ steps.fetch.messages }}',
      after: '{{ steps.after }}',
    },
  };
  const error = Object.assign(new Error(message), { name: 'NotFound' });
  const result = await run(document, {}, () => error);
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: { error: { name: 'NotFound', message }, messages: null, after: message },
    states: ['fetch', 'after'],
  });
});

test('an error that is not caught fails the run by its name', async () => {
  const error = Object.assign(new Error('no'), { name: 'Unauthorized' });
  const result = await run(steps(fetch), {}, () => error);
  expect(result).toMatchObject({ status: 'FAILED', error: 'Unauthorized' });
  expect(result.calls).toHaveLength(1);
});

test('max_attempts counts every try; without retry an action is tried four times', async () => {
  const calls = async (retry?: unknown) =>
    (await run(steps({ ...fetch, ...(retry ? { retry } : {}) }), {}, () => new RateLimited('slow'))).calls
      .length;
  expect(await calls()).toBe(4);
  expect(await calls({ max_attempts: 2 })).toBe(2);
  expect(await calls({ max_attempts: 1 })).toBe(1);
  expect(await calls({ max_attempts: 3, on: ['NotFound'] })).toBe(1);
  const twice = await run(
    steps(fetch),
    {},
    actions([], (_, count) => (count < 3 ? new RateLimited('slow') : undefined)),
  );
  expect([twice.status, twice.calls.length]).toEqual(['SUCCEEDED', 3]);
});

const hostile = [
  `"}} & $eval('x') & `,
  '{% 1 %}',
  '{% $states.input %} and %}',
  "'; $x := 1; '",
  'a\\"b\u2028\n\u0000 {%',
  '$.x',
];

test.each(hostile)('hostile text stays text, written or given: %j', async (text) => {
  const document = {
    id: 'w',
    inputs: { given: { type: 'string' }, fallback: { default: text } },
    steps: [
      {
        id: 'v',
        set: { literal: text, nested: [{ deep: [text] }], around: `${text}{{ inputs.given }}${text}` },
      },
      {
        id: 's',
        action: 'openai.chat',
        params: {
          variables: {
            [text]: 1,
            given: '{{ inputs.given }}',
            fallback: '{{ inputs.fallback }}',
            quoted: `{{ ${JSON.stringify(text)} }}`,
          },
        },
      },
      { id: 't', transform: { keys: [{ 'x.$': '{{ inputs.given }}', [text]: ['{{ [[1], 2] }}', text] }] } },
    ],
    output: {
      v: '{{ vars }}'.replace('vars', '[vars.literal, vars.nested[0].deep, vars.around]'),
      t: '{{ steps.t }}',
    },
  };
  const result = await run(document, { given: text }, actions([]));
  expect(result.status, result.cause).toBe('SUCCEEDED');
  expect(result.calls[0]?.event.input).toEqual({
    variables: { [text]: 1, given: text, fallback: text, quoted: text },
  });
  expect(result.output).toEqual({
    v: [text, text, `${text}${text}${text}`],
    t: { keys: [{ 'x.$': text, [text]: [[[1], 2], text] }] },
  });
});

test('a value that changes with each evaluation is evaluated once', async () => {
  const document = {
    ...steps({ id: 'v', set: { id: '{{ $uuid() }}' } }),
    output: ['{{ vars.id }}', '{{ vars.id }}', '{{ steps.v.id }}'],
  };
  const [first, second] = (await run(document, {}, actions([]))).output as string[];
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(second).toBe(first);
});

test("the seeds' format runs", async () => {
  const document = {
    id: 'email_to_notion',
    name: 'Email to Notion Summary',
    steps: [
      {
        id: 'save-it',
        type: 'notion',
        action: 'create_page',
        params: {
          parent_id: '{{notion_database_id}}',
          title: '{{title}}',
          content: '{{summarize_output}} / {{pick_output}} / {{line_output}}',
        },
      },
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
        text: '{{fetch_email_output}}',
        next_step: 'pick',
      },
      {
        id: 'pick',
        type: 'transform',
        action: 'extract',
        params: { source: '{{fetch_email_output}}', key: 'messages.0.subject' },
        next_step: 'line',
      },
      {
        id: 'line',
        type: 'transform',
        action: 'format',
        params: { template: '{who} wrote {pick_output}', who: '{{fetch_email_output.messages[0].from}}' },
        next_step: 'save-it',
      },
    ],
    variables: { title: 'Email Summary' },
  };
  const result = await run(document, { notion_database_id: 'db' }, actions([mail('Hi')]));
  expect(result.status, result.cause).toBe('SUCCEEDED');
  expect(result.states).toEqual(['fetch_email', 'summarize', 'pick', 'line', 'save_it']);
  const text = JSON.stringify({ messages: [mail('Hi')], result_size_estimate: 1 });
  expect(result.calls.map((call) => call.event.input)).toEqual([
    { max_results: 1 },
    { text },
    {
      parent_id: 'db',
      title: 'Email Summary',
      content: `answer to ${JSON.stringify({ text })} / Hi / ada@example.com wrote Hi`,
    },
  ]);
});

test('each call of a step in loops has an id of its own; reading needs none', async () => {
  const issue = (id: string) => ({
    id,
    action: 'github.create_issue',
    params: { repo_name: 'a/b', title: '{{ $string(item) }}' },
  });
  const document = steps(
    { ...issue('before'), params: { repo_name: 'a/b', title: 'T' } },
    {
      id: 'outer',
      for_each: ['x'.repeat(1000), 'y'],
      steps: [
        issue('one'),
        { id: 'inner', for_each: [1, 2], max_concurrency: 1, steps: [fetch, issue('two')] },
        { id: 'reading', for_each: [1, 2], steps: [{ ...fetch, id: 'again' }] },
      ],
    },
  );
  const { calls, definition, status } = await run(document, {}, actions([]));
  expect(status).toBe('SUCCEEDED');
  const ids = (step: string) =>
    calls
      .map(({ event }) => event.execution)
      .filter(({ step_id }) => step_id === step)
      .map(({ call_id }) => call_id)
      .toSorted();
  expect(ids('before')).toEqual([undefined]);
  expect(ids('one')).toEqual(['0', '1']);
  expect(ids('two')).toEqual(['0.0', '0.1', '1.0', '1.1']);
  expect(new Set(ids('fetch'))).toEqual(new Set([undefined]));
  expect(new Set(ids('again'))).toEqual(new Set([undefined]));
  // The steps of the inner loop find the number of the outer iteration in its variable.
  expect(JSON.stringify(definition)).toContain('$index_outer');
});

test('the log has what a step gives that failed, how often it was tried, and its expression as it was written', async () => {
  const document = {
    id: 'w',
    inputs: { text: { type: 'string' } },
    steps: [
      { ...fetch, on_error: 'continue' },
      {
        id: 'number',
        transform: '{{ $number(inputs.text) }}',
        retry: { max_attempts: 2 },
        on_error: [{ id: 'instead', transform: 0 }],
      },
    ],
    output: ['{{ steps.fetch.error.name }}', '{{ steps.number }}'],
  };
  const { status, log } = await run(document, { text: 'x' }, () =>
    Object.assign(new Error('gone'), { name: 'NotFound' }),
  );
  expect(status).toBe('SUCCEEDED');
  const error = { name: 'NotFound', message: 'gone' };
  expect(log.steps).toMatchObject([
    { id: 'fetch', status: 'caught', attempts: 1, output: { error }, error },
    {
      id: 'number',
      status: 'caught',
      attempts: 2,
      output: null,
      error: {
        name: 'States.QueryEvaluationError',
        message:
          'The expression {{ $number(inputs.text) }} of the step number threw an error during evaluation. D3030: Unable to cast value to a number: "x"',
      },
    },
    { id: 'instead', status: 'succeeded', output: 0 },
  ]);
});
