// `background` of an action step: where it may stand, and how its looks count.
import { expect, test } from 'vitest';
import { codes, definition, problems } from '../testing/compile.ts';

const think = (rest: object = {}) => ({
  id: 'think',
  action: 'openai.summarize',
  background: true,
  params: { text: 'x' },
  ...rest,
});
const of = (steps: unknown[], rest: object = {}) => ({
  id: 'w',
  inputs: { list: { type: 'array' } },
  steps,
  ...rest,
});

test('an action that asks no model has no background, nor has an Express workflow', () => {
  expect(problems(of([{ id: 'a', action: 'gmail.list_messages', background: true }]))).toEqual([
    {
      code: 'key-not-applicable',
      pointer: '/steps/0/background',
      message: 'gmail.list_messages does not run in the background',
      hint: 'Remove background: only actions that ask a model once have it.',
      fix: { removes: '/steps/0/background' },
    },
  ]);
  expect(codes(of([think({ timeout_seconds: 60 })], { type: 'express' }))).toEqual([
    'not-in-express /steps/0/background',
  ]);
  const agent = { id: 'a', agent: { goal: 'x', tools: ['gmail.list_messages'] }, background: true };
  expect(codes(of([agent], { type: 'express' }))).toEqual(['not-in-express /steps/0/background']);
  expect(codes(of([think({ background: false })]))).toEqual(['invalid-value /steps/0/background']);
});

test('an hour where the step does not say, and never longer than the steps around it', () => {
  const timer = (step: object) => JSON.stringify(definition(of([step])).States['think.timer']);
  expect(timer(think())).toContain('think may take 3600 seconds');
  expect(timer(think({ timeout_seconds: 86_400 }))).toContain('think may take 86400 seconds');
  const around = { id: 'both', timeout_seconds: 60, parallel: { one: [think()] } };
  const branch = definition(of([around])).States['both'];
  const task = branch?.Type === 'Parallel' ? branch.Branches[0]?.States['think'] : undefined;
  expect(JSON.stringify(task)).toContain('"until":"{% $min([$until_both, $until_think]) %}"');
});

test('no state retries it: the Lambda is told what the step retries, and the machine waits', () => {
  const task = (rest: object) => JSON.stringify(definition(of([think(rest)])).States['think']);
  expect(task({})).toContain('"on":["RateLimited","ProviderUnavailable"]');
  expect(task({ retry: { on: ['InvalidModelOutput'], max_attempts: 2 } })).toContain(
    '"max_attempts":2,"on":["InvalidModelOutput"]',
  );
  expect(task({ retry: { max_attempts: 1 } })).not.toContain('"retry"');
  for (const rest of [{}, { retry: { on: ['States.ALL'] } }])
    expect(task(rest)).not.toMatch(/"Retry":.*Unavailable/);
});

const agent = (rest: object = {}) => ({
  id: 'think',
  agent: { goal: 'x', tools: ['gmail.list_messages'], max_turns: 3 },
  background: true,
  ...rest,
});

test('an agent has the time for all its turns, each of which is asked, waited for and tried again as an action', () => {
  const { States } = definition(of([agent()]));
  expect(JSON.stringify(States['think.timer'])).toContain('think may take 3600 seconds');
  expect(JSON.stringify(definition(of([agent({ timeout_seconds: 60 })])).States['think.timer'])).toContain(
    'think may take 60 seconds',
  );
  expect(States['think.poll']).toMatchObject({ Type: 'Wait', Next: 'think' });
  const task = States['think'];
  expect(task).toMatchObject({
    Assign: { agent_think: '{% $states.result.Payload %}', tries_think: 0, ongoing_think: null },
    Catch: [
      { ErrorEquals: ['StillRunning'], Next: 'think.poll' },
      { ErrorEquals: ['RetryAfter'], Assign: { ongoing_think: null }, Next: 'think.retry_after' },
      { ErrorEquals: ['States.QueryEvaluationError'] },
    ],
  });
  expect(JSON.stringify(task)).toContain('"until":"{% $until_think %}"');
  for (const rest of [{}, { retry: { on: ['States.ALL'] } }])
    expect(JSON.stringify(definition(of([agent(rest)])).States['think'])).not.toMatch(/"Retry":.*MaxTurns/);
});

test('as the first step of a loop it keeps what the iteration is given over its waits', () => {
  const { States } = definition(
    of([{ id: 'each', for_each: '{{ inputs.list }}', steps: [think({ params: { text: '{{ item }}' } })] }]),
  );
  const each = States['each'];
  const inner = each?.Type === 'Map' ? each.ItemProcessor.States : {};
  expect(JSON.stringify(inner['think'])).toContain('"text":"{% $states.input.item %}"');
  expect(inner['think.poll']).toMatchObject({
    Seconds: expect.stringContaining('$states.input.poll'),
    Output: '{% $states.input %}',
    Next: 'think',
  });
});

test('its looks are counted: a loop may have fewer items, as many as its time needs', () => {
  const limit = (rest: object, step: (rest: object) => object = think) => {
    const loop = { id: 'each', mode: 'inline', for_each: '{{ inputs.list }}', steps: [step(rest)] };
    const state = definition(of([loop])).States['each'];
    return Number(/\$count\(\$items\) > (\d+)/.exec(JSON.stringify(state))?.[1]);
  };
  const at = (seconds: number) => limit({ timeout_seconds: seconds });
  // 6 events of the run and the loop; an iteration's 2, the timer's 2, the Task's 5, 7 a look, of ten seconds 5 looks, and 1 where it ends late.
  expect(at(10)).toBe(Math.floor((20_000 - 6) / (2 + 2 + 5 + 7 * 5 + 1)));
  expect(limit({})).toBe(Math.floor((20_000 - 6) / (2 + 2 + 5 + 7 * 76 + 1)));
  // The three turns of an agent, ten seconds each: 5 looks, and one more where the seconds do not divide evenly.
  const ofAgent = (rest: object) => limit({ timeout_seconds: 30, ...rest }, agent);
  const events = Math.floor((20_000 - 6) / ofAgent({ background: undefined }));
  expect(ofAgent({})).toBe(Math.floor((20_000 - 6) / (events + 7 * 3 * (5 + 1))));
});
