// Approvals, as the compiler sees them: which mistakes are found, what can be referred to, which states come out.
import { describe, expect, test } from 'vitest';
import type { State } from '../../asl/definition.ts';
import { codes, definition, problems } from '../../testing/compile.ts';

const asked = (approval: unknown, rest = {}) => ({ id: 'ask', approval, ...rest });
const workflow = (step: unknown, output: unknown = '{{ steps.ask.approved }}') => ({
  id: 'w',
  inputs: { n: { type: 'integer' } },
  steps: [{ id: 'first', transform: '{{ inputs.n }}' }, step, { id: 'last', transform: '{{ steps.first }}' }],
  output: ['{{ steps.last }}', output],
});
const notifying = (params: unknown, action = 'openai.summarize') =>
  asked({ message: 'm', notify: { action, params } });

test.each<[unknown, string[]]>([
  [asked('Send it?'), ['wrong-type /steps/1/approval']],
  [asked({}), ['missing-key /steps/1/approval']],
  [asked({ message: '' }), ['invalid-value /steps/1/approval/message']],
  [asked({ message: 'm', role: 'viewer' }), ['invalid-value /steps/1/approval/role']],
  [asked({ message: 'm', on_timeout: 'continue' }), ['invalid-value /steps/1/approval/on_timeout']],
  [asked({ message: 'm' }, { timeout_seconds: 40_000_000 }), ['invalid-value /steps/1/timeout_seconds']],
  [asked({ message: '{{ steps.last }}' }), ['later-step /steps/1/approval/message:10']],
  [
    asked({ message: 'm', details: { a: '{{ inputs.m }}' } }),
    ['unknown-reference /steps/1/approval/details/a:11'],
  ],
  [asked({ message: '{{ approval.url }}' }), ['unknown-reference /steps/1/approval/message:4']],
  [
    notifying({ text: '{{ approval.adress }}' }),
    ['unknown-reference /steps/1/approval/notify/params/text:13'],
  ],
  [
    notifying({ text: 'x', max_length: '{{ approval.url }}' }),
    ['type-mismatch /steps/1/approval/notify/params/max_length'],
  ],
  [
    notifying({ txt: 'x' }),
    [
      'missing-parameter /steps/1/approval/notify/params',
      'unknown-parameter /steps/1/approval/notify/params/txt',
    ],
  ],
  [
    asked({ message: 'm', notify: { action: 'openai.summarize' } }),
    ['missing-parameter /steps/1/approval/notify'],
  ],
  [notifying({}, 'openai.sumarize'), ['unknown-action /steps/1/approval/notify/action']],
  [asked({ message: 'm' }, { retry: { on: ['States.Timeout'] } }), ['retry-errors /steps/1/retry/on/0']],
  [asked({ message: 'm' }, { connection: 'office' }), ['key-not-applicable /steps/1/connection']],
  [asked({ message: 'm' }, { steps: [] }), ['unknown-key /steps/1/steps', 'no-steps /steps/1/steps']],
])('%j', (step, expected) => {
  expect(codes(workflow(step)).toSorted()).toEqual(expected.toSorted());
});

test('a misspelt key is told with those that there are', () => {
  const hints = problems(
    workflow(asked({ message: 'm', on_time_out: 'fail', notify: { action: 'openai.summarize', parms: {} } })),
  );
  expect(hints.map(({ pointer, hint }) => `${pointer} ${hint}`)).toEqual([
    '/steps/1/approval/on_time_out Did you mean on_timeout? Keys: message, details, role, on_timeout, notify.',
    '/steps/1/approval/notify/parms Did you mean params? Keys: action, params, connection.',
  ]);
});

test('what the step gives is known', () => {
  expect(codes(workflow(asked({ message: 'm' }), '{{ steps.ask.aproved }}'))).toEqual([
    'unknown-field /output/1:14',
  ]);
  const { States } = definition({
    id: 'w',
    steps: [asked({ message: 'm' }), { id: 'last', when: '{{ steps.ask.approved }}', transform: 1 }],
  });
  expect(States['last.when']).toMatchObject({ Choices: [{ Condition: '{% $step_ask.approved %}' }] });
});

describe('the states', () => {
  const stateOf = (step: unknown, name = 'ask'): State | undefined => definition(workflow(step)).States[name];

  test('a message is text, whatever its expression gives, and the whole of approval can be given', () => {
    expect(stateOf(asked({ message: '{{ inputs.n }}' }))).toMatchObject({
      Arguments: { Payload: { input: { message: '{% "" & ($states.context.Execution.Input.n) %}' } } },
      TimeoutSeconds: 604_800,
    });
    expect(stateOf(notifying({ text: '{{ $string(approval) }}' }), 'ask.notify')).toMatchObject({
      Arguments: {
        Payload: { input: { text: expect.stringContaining('"url": ("https://api/approvals/" &') } },
      },
    });
  });

  test('the page’s address has the id as one part of a path, the message is the one that was asked', () => {
    const { text } = Object(
      stateOf(
        notifying({ text: '{{ approval.id & " " & approval.url & " " & approval.message }}' }),
        'ask.notify',
      ),
    ).Arguments.Payload.input;
    const id = '"w." & $states.context.Execution.Name & ".ask"';
    const url = `"https://api/approvals/" & $encodeUrlComponent(${id}) & "/page"`;
    expect(text).toBe(`{% (${id}) & " " & (${url}) & " " & "m" %}`);
  });

  test('a timeout is never tried again, also where every error is', () => {
    expect(
      stateOf(asked({ message: 'm' }, { retry: { on: ['States.ALL'], max_attempts: 2 } })),
    ).toMatchObject({
      Retry: [
        { ErrorEquals: expect.arrayContaining(['Lambda.ServiceException']) },
        { ErrorEquals: ['States.Timeout'], MaxAttempts: 0 },
        { ErrorEquals: ['States.ALL'], MaxAttempts: 1 },
      ],
    });
  });

  test('what a timeout gives goes before on_error and before what a loop tolerates', () => {
    const handled = asked({ message: 'm', on_timeout: 'reject' }, { on_error: 'continue' });
    expect(stateOf(handled)).toMatchObject({
      Catch: [
        { ErrorEquals: ['States.Timeout'], Output: { decision: 'rejected' }, Next: 'last' },
        { ErrorEquals: ['States.ALL'], Next: 'last' },
      ],
    });
    const read = workflow(asked({ message: 'm', on_timeout: 'approve' }), '{{ steps.ask.approved }}');
    expect(definition(read).States['ask']).toMatchObject({
      Catch: [{ ErrorEquals: ['States.Timeout'], Assign: { step_ask: { approved: true, timed_out: true } } }],
    });
    const loop = definition({
      id: 'w',
      steps: [
        {
          id: 'each',
          for_each: [1],
          on_item_error: 'continue',
          steps: [
            asked({
              message: 'm',
              on_timeout: 'approve',
              notify: { action: 'openai.summarize', params: { text: 'x' } },
            }),
          ],
        },
      ],
    }).States['each'];
    expect(loop).toMatchObject({
      ItemProcessor: {
        States: {
          'each.iteration': { Next: 'ask.notify' },
          'ask.notify': {
            Catch: expect.arrayContaining([
              expect.objectContaining({ ErrorEquals: ['States.ALL'], Next: 'ask.output' }),
            ]),
          },
          ask: {
            Catch: [
              { ErrorEquals: ['States.Timeout'], Output: { approved: true }, Next: 'ask.output' },
              { ErrorEquals: ['States.ALL'], Next: 'ask.output' },
            ],
          },
        },
      },
    });
  });

  test('with the state that keeps the item it writes eight events of the 25,000 that an execution may have', () => {
    const loop = (count: number) => ({
      id: 'w',
      steps: [
        { id: 'each', mode: 'inline', for_each: Array(count).fill(1), steps: [asked({ message: 'm' })] },
      ],
    });
    expect(codes(loop(2499))).toEqual([]);
    expect(codes(loop(2500))).toEqual(['event-budget /steps/0/for_each']);
  });

  test.each([
    [{}, undefined],
    [{ retry: { max_attempts: 2 } }, ['{% $item_each %}']],
  ])('what it is about is told where a loop around it may begin anew: %j', (retry, about) => {
    const loop = { id: 'each', for_each: [1], steps: [asked({ message: 'm' })], ...retry };
    const { ask } = Object(definition({ id: 'w', steps: [loop] }).States['each']).ItemProcessor.States;
    expect(ask.Arguments.Payload.about).toEqual(about);
  });

  test('it has to be decided within the time of the steps around it', () => {
    const { States } = definition({
      id: 'w',
      steps: [{ id: 'each', for_each: [1], timeout_seconds: 60, steps: [asked({ message: 'm' })] }],
    });
    const within = expect.stringMatching(/^\{% .*\$min\(\[604800, .*until_each.*%\}$/);
    expect(States['each']).toMatchObject({
      ItemProcessor: {
        States: { ask: { TimeoutSeconds: within, Arguments: { Payload: { timeout_seconds: within } } } },
      },
    });
  });
});
