// statemachines/examples, one workflow a feature: goldens, asl-validator, and what each does, by which transitions.
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { examplesFolder, golden, workflowNames } from '../../infrastructure/generate/update-goldens.ts';
import { compile } from '../../lib/compiler/compile.ts';
import {
  catalogue,
  exampleWorkflow,
  failure,
  logged,
  mail,
  readExample,
  start,
  usage,
} from '../support/language-example.ts';
import type { Answer } from '../support/run-compiled.ts';
import { createSkippingClock } from '../support/test-clock.ts';

const names = await workflowNames(examplesFolder);

describe.each(names)('%s', (name) => {
  test('the golden is up to date (npm run goldens rewrites it)', async () => {
    expect(await golden(name, catalogue, examplesFolder)).toBe(await readExample(`${name}.asl.json`));
  });

  test('asl-validator takes it', async () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    const text = (await readExample(`${name}.asl.json`))
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
    const document = await exampleWorkflow(name);
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
  // Two states keep the items of the iterations, whose first states are a Map and a Choice.
  expect(times('colour.iteration') + times('size.iteration')).toBe(8);
  expect(result.states).toHaveLength(26);
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
  expect(result.log.steps[0]).toMatchObject({ action: 'agent', attempts: 1, output: answer });
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

test('background: a Task and a Wait a look, while what is ongoing is kept; a time limit is one for all of it', async () => {
  const told: unknown[] = [];
  const running = (seconds: number, ongoing: object) =>
    failure('StillRunning', JSON.stringify({ seconds, ongoing }));
  const own: Answer = ({ event }) => {
    const { background } = Object(event);
    const { prompt } = Object(event.input);
    told.push([prompt, background.ongoing]);
    const { calls = [] } = background.ongoing ?? {};
    if (prompt === 'endless') return running(900, { since: 1, calls: [{ of: 'm', id: 'r' }] });
    return calls.length < 2
      ? running(20, { since: 1, calls: [...calls, { of: 'm', id: `r${calls.length}` }] })
      : { text: `said to ${prompt}`, model: 'm', usage };
  };
  const clock = createSkippingClock([20_000, 900_000]);
  const one = await start('background', { questions: ['a'] }, own, clock);
  expect(one).toMatchObject({
    status: 'SUCCEEDED',
    output: ['said to a'],
    states: ['each', 'think.timer', 'think', 'think.poll', 'think', 'think.poll', 'think'],
  });
  expect(told).toEqual([
    ['a', null],
    ['a', { run: expect.any(String), since: 1, calls: [{ of: 'm', id: 'r0' }] }],
    [
      'a',
      {
        run: expect.any(String),
        since: 1,
        calls: [
          { of: 'm', id: 'r0' },
          { of: 'm', id: 'r1' },
        ],
      },
    ],
  ]);
  // Looks are no attempts, and nothing failed.
  const thought = one.log.steps.find(({ id }) => id === 'think');
  expect(thought).toMatchObject({ status: 'succeeded', attempts: 1, error: null, usage });
  expect(thought?.failed_attempts ?? []).toEqual([]);
  const late = await start('background', { questions: ['endless'] }, own, clock);
  expect(late).toMatchObject({ status: 'SUCCEEDED', output: ['States.Timeout'] });
  expect(late.states).toEqual([...one.states, 'think.output']);
});

test('background: what failed is begun anew after a wait, and each of several iterations has what is its own', async () => {
  const own: Answer = ({ event }, count) => {
    const { prompt } = Object(event.input);
    const { ongoing } = Object(event).background;
    const { attempt, on } = Object(event.retry);
    if (ongoing === null && attempt === 1)
      return failure(
        'StillRunning',
        JSON.stringify({ seconds: 20, ongoing: { since: count, calls: [{ of: 'm', id: prompt }] } }),
      );
    if (attempt === 1) return failure('RetryAfter', '20 ProviderUnavailable: It broke');
    return { text: JSON.stringify([ongoing, attempt, on]), model: 'm', usage };
  };
  const { output, log } = await start(
    'background',
    { questions: ['a', 'b'] },
    own,
    createSkippingClock([20_000]),
  );
  const begun = JSON.stringify([null, 2, ['RateLimited', 'ProviderUnavailable']]);
  expect(output).toEqual([begun, begun]);
  const thought = log.steps.filter(({ id }) => id === 'think');
  expect(thought.map(({ attempts, failed_attempts = [] }) => [attempts, failed_attempts])).toEqual(
    thought.map(() => [2, [{ at: expect.any(String), name: 'ProviderUnavailable', message: 'It broke' }]]),
  );
});
