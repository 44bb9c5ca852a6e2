// statemachines/examples, one workflow a feature: goldens, asl-validator, and what each does, by which transitions.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { buildCatalogue } from '../infrastructure/build-catalogue.ts';
import { examplesFolder, golden, workflowNames } from '../infrastructure/update-goldens.ts';
import { compile } from '../lib/compiler/compile.ts';
import type { Clock } from '../local/states/clock.ts';
import { type Answer, type Run, run } from './support/run-compiled.ts';
import { createSkippingClock } from './support/test-clock.ts';

const catalogue = await buildCatalogue();
const names = await workflowNames(examplesFolder);
const read = (file: string) => readFile(join(examplesFolder, file), 'utf8');
const workflow = async (name: string): Promise<unknown> => JSON.parse(await read(`${name}.workflow.json`));

describe.each(names)('%s', (name) => {
  test('the golden is up to date (npm run goldens rewrites it)', async () => {
    expect(await golden(name, catalogue, examplesFolder)).toBe(await read(`${name}.asl.json`));
  });

  test('asl-validator takes it', async () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    const text = (await read(`${name}.asl.json`))
      .replaceAll('${FunctionArnPrefix}', 'arn:aws:lambda:us-east-1:123456789012:function:ai-orchestra-prod-')
      .replaceAll(
        '${StateMachineArnPrefix}',
        'arn:aws:states:us-east-1:123456789012:stateMachine:ai-orchestra-prod-',
      )
      .replaceAll('${ApiUrl}', 'https://x.execute-api.us-east-1.amazonaws.com');
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    const { isValid, errors } = validate(JSON.parse(text));
    expect({ isValid, errors: errors.map((error) => error.message) }).toEqual({ isValid: true, errors: [] });
  });

  test('it compiles without a warning, and its document comes out as it went in', async () => {
    const document = await workflow(name);
    const result = compile(document, {
      catalogue,
      functionArn: (f) => f,
      stateMachineArn: (id) => id,
      version: 1,
      apiUrl: 'https://api',
    });
    expect(result.ok && result.warnings).toEqual([]);
    expect(result.ok && result.workflow).toEqual({ name, ...(document as object) });
  });
});

const failure = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const mail = (subject: string, unread = true) => ({ subject, unread, body_text: `${subject}!` });

/** What the actions answer unless a test says otherwise. */
const answers =
  (own: Answer): Answer =>
  (call, count) => {
    const given = own(call, count);
    if (given !== undefined) return given;
    const input = call.event.input as Record<string, unknown>;
    switch (call.function) {
      case 'github-create-issue':
        return { number: count, url: `https://github.com/${input['title']}`, title: input['title'] };
      case 'github-list-repositories':
        return { repositories: [{ full_name: 'acme/site' }] };
      case 'notion-create-page':
        return { id: 'p', url: `https://notion.so/${input['title']}`, title: input['title'] };
      default:
        return { text: `summary of ${input['text']}`, model: 'm', usage };
    }
  };

const start = async (
  name: string,
  input: unknown,
  own: Answer = () => undefined,
  clock?: Clock,
  others: readonly unknown[] = [],
): Promise<Run> => run(await workflow(name), input, answers(own), catalogue, clock, others);

/** `<id>[indexes] <status>` of each logged step. */
const logged = ({ log }: Run): string[] =>
  log.steps.map(({ id, index, status }) => `${id}${index ? JSON.stringify(index) : ''} ${status}`);

test('wait: one transition each, and a time that has passed is no wait', async () => {
  const result = await start('wait', { seconds: 0, at: '2020-01-01T00:00:00Z' });
  expect(result).toMatchObject({ output: 'waited 0', states: ['pause', 'longer', 'due', 'done'] });
  expect(result.log.steps.map(({ action, output }) => [action, output])).toEqual([
    ['wait', null],
    ['wait', null],
    ['wait', null],
    ['transform', 'waited 0'],
  ]);
});

test('return: ends the run with its own output, in one transition', async () => {
  const none = await start('return', {}, ({ function: f }) =>
    f === 'gmail-list-messages' ? { messages: [] } : undefined,
  );
  expect(none).toMatchObject({
    status: 'SUCCEEDED',
    output: { subjects: [], note: 'nothing to do' },
    states: ['fetch', 'none.when', 'none'],
  });
  expect(logged(none)).toEqual(['fetch succeeded', 'none succeeded']);
  expect(none.log.steps[1]?.action).toBe('return');
  const some = await start('return', {}, ({ function: f }) =>
    f === 'gmail-list-messages' ? { messages: [mail('a'), mail('b')] } : undefined,
  );
  expect(some).toMatchObject({
    output: { subjects: ['a', 'b'], note: 'summary of a, b' },
    states: ['fetch', 'none.when', 'summary'],
  });
  expect(logged(some)).toEqual(['fetch succeeded', 'none skipped', 'summary succeeded']);
});

test('fail: fails the run with its own error, in one transition', async () => {
  const own: Answer = () => ({ messages: [mail('a'), mail('b')] });
  const result = await start('fail', { limit: 1 }, own);
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'TooMuchMail',
    cause: '2 messages, 1 are allowed',
    states: ['fetch', 'refuse.when', 'refuse'],
  });
  expect(result.log.steps.at(-1)).toMatchObject({
    id: 'refuse',
    action: 'fail',
    status: 'failed',
    error: { name: 'TooMuchMail', message: '2 messages, 1 are allowed' },
  });
  expect(await start('fail', { limit: 2 }, own)).toMatchObject({
    output: 2,
    states: ['fetch', 'refuse.when', 'count'],
  });
});

test.each([
  ['bug', { link: 'https://github.com/A bug', issue: 1, page: null }, ['issue', 'issue_link']],
  [
    'idea',
    { link: 'https://notion.so/An idea', issue: null, page: 'https://notion.so/An idea' },
    ['page', 'page_link'],
  ],
  ['praise', { link: 'nowhere', issue: null, page: null }, ['ignored']],
])(
  'switch: %s, one transition for the choice; what did not run is nothing, or its default',
  async (text, output, branch) => {
    const result = await start('switch', { repo_name: 'o/r', parent_id: 'd' }, ({ function: f }) =>
      f === 'openai-chat' ? { text, model: 'm', usage } : undefined,
    );
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output,
      states: ['kind', 'file', ...branch, 'report'],
    });
    expect(logged(result)).toEqual(['kind', 'file', ...branch, 'report'].map((id) => `${id} succeeded`));
    expect(result.log.steps[1]?.action).toBe('switch');
  },
);

test('on_error: its steps see the error, and the result of the last takes the place of the step’s', async () => {
  const input = { repo_name: 'o/r', parent_id: 'd' };
  const fine = await start('on_error', input);
  expect(fine).toMatchObject({
    output: { url: 'https://github.com/Report', page: null },
    states: ['issue', 'where'],
  });
  const own: Answer = ({ function: f }) =>
    f === 'github-create-issue' ? failure('RateLimited', 'say "please"') : undefined;
  const caught = await start('on_error', input, own);
  const url = 'https://notion.so/issue: RateLimited';
  expect(caught).toMatchObject({
    output: { url, page: url },
    states: ['issue', 'issue.retry_after', 'issue', 'page', 'instead', 'where'],
  });
  expect(caught.calls.at(-1)?.event.input).toMatchObject({ content: 'say "please"' });
  expect(logged(caught)).toEqual(['issue caught', 'page succeeded', 'instead succeeded', 'where succeeded']);
  expect(caught.log.steps[0]?.attempts).toBe(2);
});

test('parallel: outputs by branch, in one transition more than the steps in it', async () => {
  const own: Answer = ({ function: f }) =>
    f === 'gmail-list-messages' ? { messages: [mail('a')] } : undefined;
  const result = await start('parallel', { name: 'Ada' }, own);
  expect(result.output).toEqual({ text: 'Hello Ada: 1 mails, 1 repositories', mail: ['a'], error: null });
  expect(result.states.toSorted()).toEqual(['both', 'fetch', 'list', 'subjects', 'text', 'who']);
  expect(result.log.steps.find(({ id }) => id === 'both')).toMatchObject({
    action: 'parallel',
    output: { mail: ['a'], repositories: { repositories: [{ full_name: 'acme/site' }] } },
  });
  expect(result.log.steps.find(({ id }) => id === 'text')?.status).toBe('succeeded');
});

test('parallel: a branch that fails stops the others, and is caught', async () => {
  const result = await start('parallel', { name: 'Ada' }, ({ function: f }) =>
    f === 'github-list-repositories' ? failure('NotFound', 'no') : new Promise(() => {}),
  );
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      text: 'Hello Ada: 0 mails, 0 repositories',
      mail: null,
      error: { name: 'NotFound', message: 'no' },
    },
  });
  expect(result.states.toSorted()).toEqual(['both', 'fetch', 'list', 'text', 'who']);
  expect(logged(result).toSorted()).toEqual([
    'both caught',
    'fetch aborted',
    'list failed',
    'text succeeded',
    'who succeeded',
  ]);
  expect(result.log.steps.find(({ id }) => id === 'both')?.error).toEqual({
    name: 'NotFound',
    message: 'no',
  });
});

test('for_each: the outputs of its last step in order, in one transition more than the steps of its iterations', async () => {
  const own: Answer = ({ function: f }) =>
    f === 'gmail-list-messages' ? { messages: [mail('a'), mail('b', false), mail('c')] } : undefined;
  const result = await start('for_each', { parent_id: 'd' }, own);
  expect(result.output).toEqual({ pages: ['https://notion.so/1. a', 'https://notion.so/2. c'] });
  expect(result.states.toSorted()).toEqual(['each', 'fetch', 'save', 'save', 'summary', 'summary']);
  expect(logged(result).toSorted()).toEqual([
    'each succeeded',
    'fetch succeeded',
    'save[0] succeeded',
    'save[1] succeeded',
    'summary[0] succeeded',
    'summary[1] succeeded',
  ]);
  expect(result.log.usage).toEqual({ prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 });
});

test.each([
  ['no list', { messages: [] }],
  ['a list of none', { messages: [mail('b', false)] }],
])('for_each: %s is no iteration', async (_, answer) => {
  const result = await start('for_each', { parent_id: 'd' }, () => answer);
  expect(result).toMatchObject({ output: { pages: [] }, states: ['fetch', 'each'] });
});

test('for_each in for_each: the outer item is seen from within', async () => {
  const result = await start('for_each_nested', {});
  expect(result.output).toBe('0.0 red S, 0.1 red M, 0.2 red XL; 1.0 blue S, 1.1 blue M, 1.2 blue XL');
  const times = (name: string) => result.states.filter((state) => state === name).length;
  expect(['colour', 'size', 'wanted', 'large', 'label'].map(times)).toEqual([1, 2, 6, 2, 6]);
  expect(result.states).toHaveLength(17);
  const labels = result.log.steps.filter(({ id }) => id === 'label');
  expect(labels.find(({ index }) => String(index) === '1,2')).toMatchObject({ output: '1.2 blue XL' });
});

test('agent: two transitions a turn, one for its calls, and two for each of them', async () => {
  const turn = (...tool_calls: object[]) => ({
    done: false,
    tool_calls,
    refused_calls: [],
    conversation: { turns: 1 },
    usage,
  });
  const search = { id: 'c1', tool: 'notion.search_pages', arguments: { query: 'moon' } };
  const create = {
    id: 'c2',
    tool: 'github.create_issue',
    arguments: { title: 'A page on the moon', repo_name: 'evil/repo' },
  };
  const answer = {
    text: '{}',
    json: { answer: 'Nobody knows.', sources: [] },
    turns: 3,
    tool_calls: 2,
    usage,
  };
  const turns = [
    turn(search),
    turn(create),
    { done: true, answer, tool_calls: [], refused_calls: [], usage },
  ];
  const own: Answer = ({ function: f }, count) => {
    if (f === 'openai-agent-turn') return turns[count - 1];
    return f === 'notion-search-pages' ? failure('NotFound', 'no pages') : undefined;
  };
  const result = await start('agent', { repo_name: 'o/r', question: 'What is on the moon?' }, own);
  expect(result).toMatchObject({
    status: 'SUCCEEDED',
    output: { answer: 'Nobody knows.', turns: 3 },
    states: [
      'answer',
      'answer.turn',
      'answer.calls',
      'answer.call',
      'answer.notion.search_pages',
      'answer.failed',
      'answer',
      'answer.turn',
      'answer.calls',
      'answer.call',
      'answer.github.create_issue',
      'answer',
      'answer.turn',
      'workflow.output',
    ],
  });
  const [first, searched, second, created, third] = result.calls.map(({ event }) => Object(event.input));
  expect(first).toMatchObject({
    goal: expect.stringMatching(/^Answer this question from our pages: What is on the moon\?\n/),
    max_turns: 4,
  });
  expect(first).not.toMatchObject({ conversation: expect.anything() });
  expect([searched, created]).toEqual([
    { query: 'moon' },
    { title: 'A page on the moon', repo_name: 'o/r', labels: ['docs'] },
  ]);
  expect(second).toMatchObject({
    goal: null,
    conversation: { turns: 1 },
    results: [{ id: 'c1', tool: 'notion.search_pages', error: { name: 'NotFound', message: 'no pages' } }],
  });
  expect(third).toMatchObject({
    results: [{ id: 'c2', content: expect.stringContaining('A page on the moon') }],
  });
  expect(logged(result)).toEqual(['answer succeeded']);
  expect(result.log.steps[0]).toMatchObject({ action: 'agent', attempts: 3, output: answer });
});

test('on_item_error: failures by index, and nothing more than one transition for each that failed', async () => {
  const input = { repo_name: 'o/r', titles: ['a', 'b', 'c', 'd'] };
  const failing =
    (...titles: string[]): Answer =>
    ({ event }) =>
      titles.includes(String((event.input as { title: string }).title))
        ? failure('NotFound', 'gone')
        : undefined;
  const fine = await start('on_item_error', input);
  expect(fine).toMatchObject({
    output: { opened: [1, 2, 3, 4], failed: [] },
    states: ['each', 'open', 'open', 'open', 'open'],
  });
  const two = await start('on_item_error', input, failing('b', 'd'));
  expect(two).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      opened: [1, 3],
      failed: [
        { index: 1, why: 'gone' },
        { index: 3, why: 'gone' },
      ],
    },
    states: ['each', 'open', 'open', 'open.output', 'open', 'open', 'open.output'],
  });
  expect(logged(two)).toEqual([
    'each succeeded',
    'open[0] succeeded',
    'open[1] caught',
    'open[2] succeeded',
    'open[3] caught',
  ]);
  const three = await start('on_item_error', input, failing('a', 'b', 'd'));
  expect(three).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(three.cause).toContain(
    '3 of 4 items failed, more than the 50% that are tolerated. Item 0: NotFound: gone',
  );
});

test('on_item_error: what Step Functions cannot catch of a step itself costs one transition an item', async () => {
  const result = await start('on_item_error_wrapped', { texts: ['1', 'x', '3'] });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { sum: 4, failed: [1] } });
  const times = (name: string) => result.states.filter((state) => state === name).length;
  expect(['each', 'each.item', 'number', 'each.item_output'].map(times)).toEqual([1, 3, 3, 1]);
  expect(logged(result).toSorted()).toEqual([
    'each succeeded',
    'number[0] succeeded',
    'number[1] failed',
    'number[2] succeeded',
  ]);
});

test('on_failure: one transition around the steps; after its steps the run fails with the first error', async () => {
  const input = { repo_name: 'o/r', parent_id: 'd' };
  expect(await start('on_failure', input)).toMatchObject({
    status: 'SUCCEEDED',
    output: 'https://github.com/ACME/SITE',
    states: ['workflow.steps', 'list', 'first', 'issue'],
  });
  const failed = await start('on_failure', input, ({ function: f }) =>
    f === 'github-create-issue' ? failure('Unauthorized', 'Bad credentials') : undefined,
  );
  expect(failed).toMatchObject({
    status: 'FAILED',
    error: 'Unauthorized',
    states: ['workflow.steps', 'list', 'first', 'issue', 'tell', 'workflow.failed'],
  });
  expect(failed.log.error).toEqual({ name: 'Unauthorized', message: 'Bad credentials' });
  expect(failed.calls.at(-1)?.event.input).toEqual({
    parent_id: 'd',
    title: 'on_failure failed: Unauthorized',
    content: 'Bad credentials',
  });
  expect(logged(failed)).toEqual(['list succeeded', 'first succeeded', 'issue failed', 'tell succeeded']);
});

test('on_failure: an expression that fails is a failure too, and on_failure’s own failure hides nothing', async () => {
  const result = await start('on_failure', { repo_name: 'o/r', parent_id: 'd' }, ({ function: f }) =>
    f === 'github-list-repositories' ? { repositories: [{ full_name: 5 }] } : failure('NotFound', 'no page'),
  );
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    states: ['workflow.steps', 'list', 'first', 'tell', 'workflow.failed'],
  });
});

describe('workflow: one transition for each run that is started', () => {
  const openIssue = {
    id: 'open_issue',
    inputs: { repo_name: { type: 'string' }, title: { type: 'string' } },
    steps: [
      {
        id: 'open',
        action: 'github.create_issue',
        params: { repo_name: '{{ inputs.repo_name }}', title: '{{ inputs.title }}' },
        retry: { max_attempts: 1 },
      },
    ],
    output: { url: '{{ steps.open.url }}', usage },
  };
  const tell = { id: 'tell', inputs: { text: {} }, steps: [{ id: 'told', transform: '{{ inputs.text }}' }] };
  const input = { repo_name: 'o/r', title: 'Report' };

  test('what it gives, and what its log tells', async () => {
    const result = await start('workflow', input, undefined, undefined, [openIssue, tell]);
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: {
        issue: { url: 'https://github.com/Report', usage },
        report: expect.stringMatching(/^tell\.[-0-9a-f]{36}$/),
      },
      states: ['issue', 'report'],
    });
    const [issue, report] = result.log.steps;
    expect(issue).toMatchObject({
      id: 'issue',
      action: 'workflow',
      status: 'succeeded',
      attempts: 1,
      input,
      output: { url: 'https://github.com/Report', usage },
      execution_id: expect.stringMatching(/^open_issue\./),
      // Its tokens are counted in its own log.
      usage: null,
    });
    const id = (result.output as { report: string }).report;
    expect(report).toMatchObject({
      action: 'workflow',
      input: { text: 'https://github.com/Report' },
      output: { execution_id: id },
      execution_id: id,
    });
  });

  test('its failure is caught with its own error and the id of its execution', async () => {
    const message = `say "please"\n and "Status":"TIMED_OUT" ,"Input":`;
    const own: Answer = ({ function: f }) =>
      f === 'github-create-issue' ? failure('Conflict', message) : undefined;
    const result = await start('workflow', input, own, undefined, [openIssue, tell]);
    const [issue] = result.log.steps;
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { issue: { url: issue?.execution_id, why: `Conflict: ${message}` } },
      states: ['issue', 'instead', 'report'],
    });
    expect(issue).toMatchObject({
      status: 'caught',
      attempts: 2,
      error: { name: 'Conflict', message: `Execution ${issue?.execution_id} failed: ${message}` },
    });
    expect(result.calls).toHaveLength(2);
  });

  test('one that is not there any more is told so', async () => {
    const result = await start('workflow', input, undefined, undefined, [tell]);
    const gone = 'There is no workflow open_issue any more';
    expect(result.output).toMatchObject({
      issue: { url: null, why: `StepFunctions.StateMachineDoesNotExistException: ${gone}` },
    });
    expect(result.log.steps[0]).toMatchObject({ status: 'caught', error: { message: gone } });
  });
});

test('retry_after: waits as long as the provider said, without a Lambda, as often as there are tries', async () => {
  const clock = createSkippingClock([7000, 500_000]);
  const times = ['7', '500'];
  const fine = await start(
    'retry_after',
    { repo_name: 'o/r' },
    (_, count) => (times[count - 1] ? failure('RetryAfter', times[count - 1] ?? '') : undefined),
    clock,
  );
  expect(fine).toMatchObject({
    output: 'https://github.com/Report',
    states: ['issue', 'issue.retry_after', 'issue', 'issue.retry_after', 'issue', 'result'],
  });
  expect(clock.waits).toEqual([7000, 500_000]);
  expect(fine.calls.map(({ event }) => event.retry)).toEqual(
    [1, 2, 3].map((attempt) => ({ attempt, max_attempts: 3, max_interval_seconds: 600 })),
  );
  expect(fine.log.steps.map(({ id, status, attempts }) => [id, status, attempts])).toEqual([
    ['issue', 'succeeded', 3],
    ['result', 'succeeded', 0],
  ]);

  const limited = await start('retry_after', { repo_name: 'o/r' }, () => failure('RateLimited', 'too many'));
  expect(limited.output).toBe('RateLimited');
  expect(limited.calls).toHaveLength(3);
});

test('retry_after: what was tried again for other reasons counts among the tries after which no rate limit is waited for', async () => {
  const document = {
    id: 'w',
    steps: [
      {
        id: 'ask',
        action: 'gmail.list_messages',
        retry: { max_attempts: 5, interval_seconds: 1 },
      },
    ],
  };
  const errors = [['ProviderUnavailable'], ['RetryAfter', '7'], ['ProviderUnavailable'], ['RetryAfter', '7']];
  const { calls, states } = await run(
    document,
    {},
    (_, count) => {
      const [name, message = ''] = errors[count - 1] ?? [];
      return name === undefined ? undefined : failure(name, message);
    },
    undefined,
    createSkippingClock([1000, 1000, 7000, 7000]),
  );
  expect(calls.map(({ event }) => event.retry?.attempt)).toEqual([1, 2, 3, 4, 5]);
  expect(states).toEqual(['ask', 'ask.retry_after', 'ask', 'ask.retry_after', 'ask']);
});

test('on_error_kinds: what Step Functions cannot catch is tried in a state around it, one transition more', async () => {
  const fine = await start('on_error_kinds', { text: '0' });
  expect(fine).toMatchObject({
    output: { n: null, half: 0, size: 'small' },
    states: [
      'number',
      'number.try',
      'half',
      'half.try',
      'size',
      'size.try',
      'small',
      'pause',
      'pause.try',
      'workflow.output',
    ],
  });
  expect(logged(fine)).toEqual(['number', 'half', 'size', 'small', 'pause'].map((id) => `${id} succeeded`));
  expect(fine.log.steps.map(({ action, output }) => [action, output])).toEqual([
    ['set', { n: 0 }],
    ['transform', 0],
    ['switch', 'small'],
    ['transform', 'small'],
    ['wait', null],
  ]);

  const caught = await start('on_error_kinds', { text: 'x' });
  expect(caught).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      n: -1,
      half: { error: { name: 'States.QueryEvaluationError', message: expect.stringContaining('"x"') } },
      size: 'size: States.QueryEvaluationError',
    },
    states: [
      'number',
      'number.try',
      'none',
      'half',
      'half.try',
      'size',
      'size.try',
      'unknown',
      'pause',
      'pause.try',
      'workflow.output',
    ],
  });
  expect(logged(caught)).toEqual([
    'number caught',
    'none succeeded',
    'half caught',
    'size caught',
    'unknown succeeded',
    'pause caught',
  ]);
});

test('timeout: what is under way in the loop ends with its time, and nothing in it begins after that', async () => {
  const clock = createSkippingClock([40_000, 20_000]);
  const titles = ['a', 'b', 'c'];
  const late = await start('timeout', { repo_name: 'o/r', titles }, undefined, clock);
  expect(late).toMatchObject({
    output: 'States.Timeout: The step each ran into its time limit of 60 seconds',
    states: ['each.timer', 'each', 'pause', 'issue', 'pause', 'issue', 'late'],
  });
  expect(clock.waits).toEqual([40_000, 20_000]);
  expect(late.calls.map(({ event }) => event.input)).toEqual([{ repo_name: 'o/r', title: 'a' }]);
  const fine = await start(
    'timeout',
    { repo_name: 'o/r', titles: ['a'] },
    undefined,
    createSkippingClock([40_000]),
  );
  expect(fine).toMatchObject({ output: [{ title: 'a' }], states: ['each.timer', 'each', 'pause', 'issue'] });
});

test('a time limit that nothing handles is States.Timeout to what is around, and ends the tries of the step itself', async () => {
  const each = (rest: object) => ({
    id: 'each',
    for_each: [1],
    timeout_seconds: 10,
    steps: [
      { id: 'p', wait: 'PT10S' },
      { id: 'a', action: 'gmail.list_messages' },
    ],
    ...rest,
  });
  const of = (step: object, more: object = {}) => ({ id: 'w', steps: [step], ...more });
  const begun = (document: object) =>
    run(document, {}, () => ({ messages: [] }), undefined, createSkippingClock([10_000]));
  const message = 'The step each ran into its time limit of 10 seconds';
  const failed = { status: 'FAILED', error: 'States.Timeout', cause: message };
  const plain = await begun(of(each({})));
  expect(plain).toMatchObject({
    ...failed,
    states: ['each.timer', 'each', 'p', 'a', 'each.late'],
    calls: [],
  });
  expect(plain.log.steps.map(({ id, status }) => [id, status])).toEqual([
    ['each', 'failed'],
    ['p', 'succeeded'],
    ['a', 'failed'],
  ]);
  const retried = await begun(of(each({ retry: { max_attempts: 3, interval_seconds: 600 } })));
  expect(retried).toMatchObject({ ...failed, states: ['each.timer', 'each', 'p', 'a', 'each.late'] });
  const around = await begun(
    of({ id: 'b', parallel: { one: [each({})] }, on_error: [{ id: 'e', transform: '{{ error.name }}' }] }),
  );
  expect(around.output).toBe('States.Timeout');
  const told = await begun(
    of(each({}), { on_failure: [{ id: 'e', transform: '{{ error.name }}: {{ error.message }}' }] }),
  );
  expect(told).toMatchObject(failed);
  expect(told.log.steps.at(-1)?.output).toBe(`States.Timeout: ${message}`);
});
