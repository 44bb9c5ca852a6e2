// The states of an agent, as emitted: its tries, what its tools get, and what never is tried again.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { definition } from '../../testing/compile.ts';

const FIXED = { action: 'github.create_issue', params: { repo_name: 'o/r' } };
const agent = (rest: object = {}) => ({
  id: 'w',
  steps: [{ id: 'a', agent: { goal: 'x', tools: ['gmail.list_messages', FIXED] }, ...rest }],
});
const stateOf = (name: string, rest?: object) => definition(agent(rest)).States[name];

test('each turn has its own tries', () => {
  expect(stateOf('a')).toMatchObject({
    Assign: { agent_a: '{% $states.result.Payload %}', tries_a: 0 },
    Catch: [{ ErrorEquals: ['RetryAfter'], Next: 'a.retry_after' }],
  });
});

test('a turn is asked the goal and the instructions once: from then on the conversation holds them', async () => {
  const { Arguments } = definition({
    id: 'w',
    inputs: { x: { type: 'string' } },
    steps: [
      {
        id: 'a',
        agent: { goal: 'Do {{ inputs.x }}', instructions: 'Be {{ inputs.x }}', tools: [FIXED], model: 'm' },
      },
    ],
  }).States['a'] as unknown as { Arguments: { Payload: { input: Record<string, unknown> } } };
  const states = { context: { Execution: { Input: { x: 'it' } } } };
  const asked = async (variables: object) => {
    const entries = Object.entries(Arguments.Payload.input).map(async ([key, template]) => {
      const code = typeof template === 'string' ? /^\{% (.*) %\}$/s.exec(template)?.[1] : undefined;
      const given: unknown = code ? await jsonata(code).evaluate({}, { states, ...variables }) : template;
      return [key, given] as const;
    });
    const { tools: _, max_turns: __, ...input } = Object.fromEntries(await Promise.all(entries));
    return JSON.parse(JSON.stringify(input));
  };
  const same = { model: 'm' };
  expect(await asked({})).toEqual({
    ...{ goal: 'Do it', instructions: 'Be it', conversation: null, results: [] },
    ...same,
  });
  const conversation = { turns: 1, messages: ['m'] };
  expect(await asked({ agent_a: { conversation }, results_a: [{ id: '1' }] })).toEqual({
    ...{ goal: null, instructions: null, conversation, results: [{ id: '1' }] },
    ...same,
  });
});

test('turns that are used up are not tried again, whatever retry names', () => {
  const { Retry = [] } = stateOf('a', { retry: { on: ['States.ALL'] } }) as { Retry?: unknown[] };
  expect(Retry).toContainEqual({ ErrorEquals: ['MaxTurnsExceeded'], MaxAttempts: 0 });
  const [never, all] = ['MaxTurnsExceeded', 'States.ALL'].map((name) =>
    Retry.findIndex((retrier) => JSON.stringify(retrier).includes(`"${name}"`)),
  );
  expect(never).toBeLessThan(Number(all));
});

test('fixed parameters replace those that the model gives, of their own tool alone', async () => {
  const { Items } = stateOf('a.calls') as { Items: string };
  const code = Items.replace(/^\{%|%\}$/g, '');
  const call = (tool: string, args: object) => ({ id: '1', tool, arguments: args });
  const agent_a = {
    tool_calls: [
      call('github.create_issue', { repo_name: 'their/own', title: 'T' }),
      call('gmail.list_messages', { repo_name: 'their/own' }),
    ],
  };
  // JSONata's lists have marks of their own, which JSON has not.
  const given: unknown = JSON.parse(JSON.stringify(await jsonata(code).evaluate({}, { agent_a })));
  expect(given).toEqual([
    call('github.create_issue', { repo_name: 'o/r', title: 'T' }),
    call('gmail.list_messages', { repo_name: 'their/own' }),
  ]);
});

test.each([
  [1, 24_000],
  [2, 12_000],
  [5, 4800],
])(
  'of %i calls of a turn each result has its share of what fits beside the conversation',
  async (calls, most) => {
    const inner = stateOf('a.calls');
    const tool = inner?.Type === 'Map' ? inner.ItemProcessor.States['a.gmail.list_messages'] : undefined;
    const { content } = Object(Object(tool).Output);
    const code = String(content).replace(/^\{%|%\}$/g, '');
    const given = async (length: number): Promise<string> => {
      const states = { result: { Payload: 'x'.repeat(length) } };
      return jsonata(code).evaluate({}, { states, agent_a: { tool_calls: Array(calls).fill({}) } });
    };
    expect(await given(most)).toBe('x'.repeat(most));
    expect(await given(most + 1)).toBe(`${'x'.repeat(most)} … (cut: ${most + 1} characters in all)`);
  },
);

test('connections, what is caught and what comes next stand in each state that they are of', () => {
  const step = {
    id: 'a',
    agent: { goal: 'x', tools: ['gmail.list_messages', { ...FIXED, connection: 'bot' }] },
    connection: 'mine',
    on_error: 'continue',
  };
  const { States } = definition({ id: 'w', steps: [step, { id: 'last', transform: '{{ steps.a.error }}' }] });
  const failed = { ErrorEquals: ['States.ALL'], Next: 'last' };
  expect(States['a']).toMatchObject({
    Arguments: { Payload: { connection: 'mine' } },
    Catch: [{ ErrorEquals: ['RetryAfter'] }, failed],
  });
  expect(States['a.turn']).toMatchObject({
    Choices: [{ Condition: '{% $not($agent_a.done) %}', Next: 'a.calls' }],
    Assign: { step_a: '{% $agent_a.answer %}' },
    Default: 'last',
  });
  const calls = States['a.calls'];
  if (calls?.Type !== 'Map') throw new Error('There are no calls');
  expect(calls.Catch).toMatchObject([failed]);
  const { StartAt, States: inner } = calls.ItemProcessor;
  expect([StartAt, inner['a.call']]).toEqual([
    'a.call',
    {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.call.tool = "gmail.list_messages" %}', Next: 'a.gmail.list_messages' },
        { Condition: '{% $states.input.call.tool = "github.create_issue" %}', Next: 'a.github.create_issue' },
      ],
    },
  ]);
  const payloads = ['gmail.list_messages', 'github.create_issue'].map((name) => {
    const state = inner[`a.${name}`];
    return state?.Type === 'Task' ? state.Arguments['Payload'] : undefined;
  });
  expect(payloads[0]).not.toHaveProperty('connection');
  expect(payloads[1]).toMatchObject({ connection: 'bot' });
});

test('what a single tool fails with without a rate limit is caught in one place', () => {
  const { States } = definition({
    id: 'w',
    steps: [{ id: 'a', agent: { goal: 'x', tools: ['gmail.list_messages'] }, retry: { max_attempts: 1 } }],
  });
  expect(States['a']).not.toHaveProperty('Catch');
  expect(States['a']).toMatchObject({ Assign: { agent_a: '{% $states.result.Payload %}' } });
  expect(Object(States['a']).Assign).not.toHaveProperty('tries_a');
  expect(Object.keys(States)).toEqual(['a', 'a.turn', 'a.calls', 'workflow.output']);
  const calls = States['a.calls'];
  expect(calls?.Type === 'Map' && calls.ItemProcessor.StartAt).toBe('a.gmail.list_messages');
});
