// For tests: executions that go through every kind of state and every way to end.
import { functionArn } from './engine.ts';

const call = (name: string, fields: object = { End: true }) => ({
  Type: 'Task',
  Resource: functionArn(name),
  ...fields,
});
const invoke = (FunctionName: string, Payload: unknown, fields: object = { End: true }, suffix = '') => ({
  Type: 'Task',
  Resource: `arn:aws:states:::lambda:invoke${suffix}`,
  Arguments: { FunctionName, Payload },
  ...fields,
});
const flow = (States: object) => ({ StartAt: Object.keys(States)[0], States });
const whole = '{% $states %}';
const context = '{% $states.context %}';
const fail = { Type: 'Fail', Error: '{% "E" & $string($states.input.n) %}', Cause: 'because' };

/** Of the API, for the execution or with the token that the first call of a function was given. */
interface Request {
  readonly operation: string;
  readonly of: 'execution' | 'token';
  readonly input?: object;
}

export interface Scenario {
  readonly states: object;
  readonly input?: unknown;
  readonly top?: object;
  /** What happens meanwhile: a timer that is due in so many milliseconds, or a request when a function has been called. */
  readonly steps?: readonly (number | Request)[];
  readonly redrives?: number;
}

const send = (operation: string, input: object = {}): Request => ({ operation, of: 'token', input });
const waitsForToken = (fields: object = { End: true }) =>
  invoke('f', { token: '{% $states.context.Task.Token %}' }, fields, '.waitForTaskToken');

export const scenarios: Readonly<Record<string, Scenario>> = {
  'pass-choice-succeed': {
    states: {
      P: { Type: 'Pass', Assign: { a: '{% $states.input.n + 1 %}', b: [1] }, Output: whole, Next: 'C' },
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $a = 1 %}', Next: 'F' },
          { Condition: '{% $a = 2 %}', Next: 'S', Output: { a: '{% $a %}' }, Assign: { a: 3 } },
        ],
        Default: 'F',
      },
      S: { Type: 'Succeed', Output: { was: '{% $states.input %}', a: '{% $a %}', at: context } },
      F: fail,
    },
    input: { n: 1 },
  },
  'choice-default': {
    states: {
      C: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.n = 1 %}', Next: 'D' }],
        Default: 'D',
        Assign: { by: 'default' },
        Output: '{% $states.context.State %}',
      },
      D: { Type: 'Pass', Output: '{% [$by, $states.input] %}', End: true },
    },
  },
  'choice-without-match': {
    states: {
      C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'D' }] },
      D: { Type: 'Pass', End: true },
    },
  },
  waits: {
    states: {
      S: {
        Type: 'Wait',
        Seconds: '{% $states.input.s %}',
        Assign: { w: 1 },
        Output: '{% $states.input.s %}',
        Next: 'T',
      },
      T: { Type: 'Wait', Timestamp: '2026-01-01T00:00:05.900Z', Output: context, Next: 'P' },
      P: { Type: 'Wait', Timestamp: '2025-01-01T00:00:00Z', End: true },
    },
    input: { s: 2 },
    steps: [2000, 3000],
  },
  fail: { states: { F: fail }, input: { n: 7 } },
  'fail-without-fields': { states: { F: { Type: 'Fail' } } },
  functions: {
    states: {
      A: call('f', {
        Arguments: { x: '{% $states.input.n %}' },
        TimeoutSeconds: 9,
        Assign: { r: whole },
        Next: 'B',
      }),
      B: invoke(
        'g',
        { y: 1 },
        {
          TimeoutSeconds: 5,
          HeartbeatSeconds: 3,
          Output: '{% {"payload": $states.result.Payload, "status": $states.result.StatusCode, "r": $r} %}',
          End: true,
        },
      ),
    },
    input: { n: 1 },
  },
  'function-fails': { states: { A: call('bad') }, input: [1] },
  'service-fails': { states: { A: invoke('bad', {}) } },
  'retried-and-caught': {
    states: {
      A: invoke(
        'bad',
        { try: '{% $states.context.State.RetryCount %}' },
        {
          Retry: [
            { ErrorEquals: ['Other'], MaxAttempts: 9 },
            { ErrorEquals: ['Bad'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 5, MaxAttempts: 2 },
          ],
          Catch: [
            { ErrorEquals: ['Other'], Next: 'F' },
            {
              ErrorEquals: ['States.TaskFailed'],
              Next: 'C',
              Assign: { e: '{% $states.errorOutput.Error %}' },
              Output: whole,
            },
          ],
          Next: 'F',
        },
      ),
      C: { Type: 'Pass', Output: '{% [$e, $states.input] %}', End: true },
      F: fail,
    },
    steps: [2000, 5000],
  },
  'retried-with-jitter': {
    states: {
      A: call('bad', {
        Retry: [{ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL', IntervalSeconds: 4, MaxAttempts: 1 }],
        End: true,
      }),
    },
    steps: [2000],
  },
  'function-times-out': {
    states: { A: invoke('never', {}, { TimeoutSeconds: 3, End: true }) },
    steps: [3000],
  },
  'token-succeeds': {
    states: { A: waitsForToken({ TimeoutSeconds: 60, Output: whole, End: true }) },
    steps: [send('SendTaskSuccess', { output: '{"done":1}' })],
  },
  'token-fails': {
    states: { A: waitsForToken() },
    steps: [send('SendTaskFailure', { error: 'Mine', cause: 'it broke' })],
  },
  'token-without-heartbeat': {
    states: { A: waitsForToken({ HeartbeatSeconds: 10, TimeoutSeconds: 60, End: true }) },
    steps: [send('SendTaskHeartbeat'), 10_000],
  },
  parallel: {
    states: {
      P: {
        Type: 'Parallel',
        Arguments: { given: '{% $states.input.n %}' },
        Branches: [
          flow({ A: { Type: 'Pass', Assign: { inner: 1 }, Output: context, End: true } }),
          flow({ B: { Type: 'Pass', Output: '{% $states.input.given %}', End: true } }),
        ],
        Assign: { both: '{% $count($states.result) %}' },
        Output: '{% [$states.result, $states.input] %}',
        Next: 'E',
      },
      E: { Type: 'Pass', Output: '{% [$both, $exists($inner), $states.input] %}', End: true },
    },
    input: { n: 4 },
  },
  'parallel-fails-and-is-caught': {
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          flow({ W: { Type: 'Wait', Seconds: 60, End: true } }),
          flow({ F: fail }),
          flow({ S: { Type: 'Succeed' } }),
        ],
        Catch: [{ ErrorEquals: ['E5'], Next: 'C', Output: whole }],
        End: true,
      },
      C: { Type: 'Succeed' },
    },
    input: { n: 5 },
  },
  map: {
    states: {
      M: {
        Type: 'Map',
        Items: '{% $states.input.items %}',
        MaxConcurrency: 1,
        ItemSelector: { i: context, n: '{% $states.context.Map.Item.Value.n %}' },
        ItemProcessor: flow({
          A: { Type: 'Pass', Output: '{% [$states.input, $states.context.State] %}', End: true },
        }),
        Output: whole,
        End: true,
      },
    },
    input: { items: [{ n: 1 }, { n: 2 }] },
  },
  'map-fails': {
    states: {
      M: {
        Type: 'Map',
        Items: [{ n: 1 }, { n: 2 }, { n: 3 }],
        MaxConcurrency: 2,
        ItemProcessor: flow({
          W: { Type: 'Wait', Seconds: '{% $states.input.n %}', Next: 'F' },
          F: fail,
        }),
        End: true,
      },
    },
    steps: [1000],
  },
  'evaluation-fails': {
    states: { P: { Type: 'Pass', Output: { a: ['{% $states.input.x.y + "a" %}'] }, End: true } },
    input: { x: { y: 1 } },
  },
  'assignment-fails': { states: { P: { Type: 'Pass', Assign: { v: '{% $error("mine") %}' }, End: true } } },
  'condition-fails': {
    states: { C: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'S' }] }, S: { Type: 'Succeed' } },
  },
  'arguments-fail': { states: { T: call('f', { Arguments: '{% $nothing %}', End: true }) } },
  'execution-times-out': {
    states: { W: { Type: 'Wait', Seconds: 60, End: true } },
    top: { TimeoutSeconds: 8 },
    steps: [8000],
  },
  'stopped-with-a-cause': {
    states: { P: { Type: 'Parallel', Branches: [flow({ A: call('never') })], End: true } },
    steps: [{ operation: 'StopExecution', of: 'execution', input: { error: 'Enough', cause: 'for today' } }],
  },
  redriven: {
    states: {
      P: { Type: 'Pass', Assign: { k: 1 }, Next: 'A' },
      A: call('bad', { Next: 'Z' }),
      Z: { Type: 'Pass', Output: '{% [$k, $states] %}', End: true },
    },
    redrives: 1,
  },
  'distributed-map': {
    states: {
      M: {
        Type: 'Map',
        Label: 'each',
        Items: '{% $states.input %}',
        MaxConcurrency: 1,
        ToleratedFailureCount: 1,
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { for: '{% $states.context.State.Name %}' } },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...flow({
            C: {
              Type: 'Choice',
              Choices: [{ Condition: '{% $states.input.Items[0].n = 3 %}', Next: 'F' }],
              Default: 'S',
            },
            F: { ...fail, Error: 'Third' },
            S: { Type: 'Succeed', Output: whole },
          }),
        },
        Output: '{% $states.result %}',
        End: true,
      },
    },
    input: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }],
  },
  'distributed-map-fails': {
    states: {
      M: {
        Type: 'Map',
        Items: [{ n: 1 }, { n: 2 }],
        MaxConcurrency: 1,
        ToleratedFailurePercentage: 10,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          ...flow({ F: fail }),
        },
        End: true,
      },
    },
  },
};
