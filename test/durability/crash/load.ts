// The mixed load of the crash test: state machines of every kind, and how each of their executions has to end.
// One table, as long as there are kinds.

export interface Kind {
  readonly name: string;
  readonly states: object;
  /** How often each state is entered, and exited. */
  readonly visits: Readonly<Record<string, number>>;
  /** Ids of the calls, without the execution's own id before them. */
  readonly calls: readonly string[];
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly error?: string;
  /** Of a success. */
  readonly output?: (id: string) => unknown;
  /** Executions of `sequence` that it starts. */
  readonly children?: number;
  /** Child executions of its Map Run. */
  readonly mapChildren?: { readonly count: number; readonly kind: Kind };
  /** Without a history. */
  readonly express?: true;
  /** StopExecution is called once it runs. */
  readonly stopped?: true;
  /** RedriveExecution is called as long as it fails. */
  readonly redriven?: true;
}

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:do';
/** Retries a call whose answer a restart has cut off: on a slow machine every kill cuts the same call off. */
const lost = {
  ErrorEquals: ['Lambda.SdkClientException', 'StepFunctions.SdkClientException'],
  IntervalSeconds: 1,
  BackoffRate: 1,
  MaxAttempts: 9999,
  JitterStrategy: 'FULL',
};
const busy = { ...lost, ErrorEquals: ['Busy'], MaxAttempts: 9 };

const flow = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });
const onward = (next: string | undefined) => (next === undefined ? { End: true } : { Next: next });

/** `id` is JSONata for the end of the call's id. */
function call(id: string, next?: string, fields: object = {}, order: object = {}) {
  return {
    Type: 'Task',
    Resource: FUNCTION,
    Arguments: { id: `{% $states.input.id & ${id} %}`, ...order },
    Retry: [busy, lost],
    Output: { id: '{% $states.input.id %}' },
    ...onward(next),
    ...fields,
  };
}

/** A call through `lambda:invoke`, answered under a token. */
function ask(id: string, next?: string) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: {
      FunctionName: 'ask',
      Payload: { id: `{% $states.input.id & ${id} %}`, token: '{% $states.context.Task.Token %}' },
    },
    Retry: [lost],
    Output: { id: '{% $states.input.id %}' },
    ...onward(next),
  };
}

const wait = (seconds: number, next?: string) => ({ Type: 'Wait', Seconds: seconds, ...onward(next) });
const item = {
  id: '{% $states.input.id & "/" & $string($states.context.Map.Item.Value) %}',
  index: '{% $states.context.Map.Item.Index %}',
};
const seen = (id: string) => ({ id });

/** The name of the state machine that the nested kinds start. */
export const SEQUENCE = 'sequence';

/** The kinds, given the ARN of a state machine by its name: one table, and so longer than other functions. */
export function kinds(arnOf: (name: string) => string): readonly [Kind, ...Kind[]] {
  const child = {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: { StateMachineArn: arnOf(SEQUENCE), Input: { id: '{% $states.input.id & "/child" %}' } },
    Retry: [lost],
    Output: '{% $states.result.Output %}',
  };
  return [
    {
      name: SEQUENCE,
      states: {
        A: call('"/a"', 'B'),
        B: call('"/b"', 'Name', { Assign: { b: '{% $states.result.id %}' } }),
        Name: { Type: 'Pass', Next: 'C' },
        C: call('"/c"', undefined, { Output: '{% [$states.input.id, $b] %}' }),
      },
      visits: { A: 1, B: 1, Name: 1, C: 1 },
      calls: ['/a', '/b', '/c'],
      status: 'SUCCEEDED',
      output: (id) => [id, `${id}/b`],
    },
    {
      name: 'retries',
      states: {
        Busy: call('"/busy"', 'Broken', {}, { busy: 2 }),
        Broken: call(
          '"/broken"',
          undefined,
          { Catch: [{ ErrorEquals: ['Broken'], Output: '{% $states.input %}', Next: 'Instead' }] },
          { broken: true },
        ),
        Instead: call('"/instead"'),
      },
      visits: { Busy: 1, Broken: 1, Instead: 1 },
      calls: ['/busy', '/broken', '/instead'],
      status: 'SUCCEEDED',
      output: seen,
    },
    {
      name: 'waits',
      states: { Before: call('"/before"', 'Wait'), Wait: wait(1, 'After'), After: call('"/after"') },
      visits: { Before: 1, Wait: 1, After: 1 },
      calls: ['/before', '/after'],
      status: 'SUCCEEDED',
      output: seen,
    },
    {
      name: 'map',
      states: {
        Set: { Type: 'Pass', Assign: { outer: '{% $states.input.id %}' }, Next: 'Each' },
        Each: {
          Type: 'Map',
          Items: '{% [1..6] %}',
          ItemSelector: item,
          MaxConcurrency: 3,
          ItemProcessor: flow({
            Mark: { Type: 'Pass', Assign: { own: '{% $states.input.index %}' }, Next: 'One' },
            One: call('"/one"', 'Two'),
            Two: call('"/two"', 'Sum'),
            Sum: { Type: 'Pass', Output: '{% $outer & " " & $own %}', End: true },
          }),
          End: true,
        },
      },
      visits: { Set: 1, Each: 1, Mark: 6, One: 6, Two: 6, Sum: 6 },
      calls: [1, 2, 3, 4, 5, 6].flatMap((n) => [`/${n}/one`, `/${n}/two`]),
      status: 'SUCCEEDED',
      output: (id) => [0, 1, 2, 3, 4, 5].map((index) => `${id} ${index}`),
    },
    {
      name: 'parallel',
      states: {
        All: {
          Type: 'Parallel',
          Branches: [
            flow({ P1: call('"/p1"', 'P2'), P2: call('"/p2"') }),
            flow({ W: wait(1, 'P3'), P3: call('"/p3"', undefined, {}, { busy: 1 }) }),
            flow({ Ask: ask('"/ask"') }),
            flow({ Child: { ...child, End: true } }),
          ],
          Next: 'Last',
        },
        Last: {
          Type: 'Task',
          Resource: FUNCTION,
          Arguments: { id: '{% $states.input[0].id & "/last" %}' },
          Retry: [lost],
          Output: '{% $states.input %}',
          End: true,
        },
      },
      visits: { All: 1, P1: 1, P2: 1, W: 1, P3: 1, Ask: 1, Child: 1, Last: 1 },
      calls: ['/p1', '/p2', '/p3', '/ask', '/last', ...['a', 'b', 'c'].map((call) => `/child/${call}`)],
      status: 'SUCCEEDED',
      output: (id) => [{ id }, { id }, { id }, [`${id}/child`, `${id}/child/b`]],
      children: 1,
    },
    {
      name: 'callbacks',
      states: { First: ask('"/first"', 'Second'), Second: ask('"/second"', 'Done'), Done: call('"/done"') },
      visits: { First: 1, Second: 1, Done: 1 },
      calls: ['/first', '/second', '/done'],
      status: 'SUCCEEDED',
      output: seen,
    },
    {
      name: 'nested',
      states: {
        Each: {
          Type: 'Map',
          Items: ['x', 'y'],
          ItemSelector: item,
          ItemProcessor: flow({
            Fork: {
              Type: 'Parallel',
              Branches: [
                flow({ Child: { ...child, End: true } }),
                flow({ Slow: wait(1, 'Call'), Call: call('"/call"') }),
              ],
              End: true,
            },
          }),
          End: true,
        },
      },
      visits: { Each: 1, Fork: 2, Child: 2, Slow: 2, Call: 2 },
      calls: ['x', 'y'].flatMap((n) => [
        `/${n}/call`,
        ...['a', 'b', 'c'].map((call) => `/${n}/child/${call}`),
      ]),
      status: 'SUCCEEDED',
      output: (id) =>
        ['x', 'y'].map((n) => [[`${id}/${n}/child`, `${id}/${n}/child/b`], { id: `${id}/${n}` }]),
      children: 2,
    },
    ...(['STANDARD', 'EXPRESS'] as const).map((type): Kind => distributed(type)),
    redriven(),
    {
      name: 'fails',
      states: {
        Call: call('"/call"', 'Fork'),
        Fork: {
          Type: 'Parallel',
          Branches: [flow({ Fail: { Type: 'Fail', Error: 'Wanted' } }), flow({ Long: wait(600) })],
          End: true,
        },
      },
      visits: { Call: 1, Fork: 1, Fail: 1, Long: 1 },
      calls: ['/call'],
      status: 'FAILED',
      error: 'Wanted',
    },
    {
      name: 'stopped',
      states: { Call: call('"/call"', 'Long'), Long: wait(3600) },
      visits: { Call: 1, Long: 1 },
      calls: ['/call'],
      status: 'ABORTED',
      error: 'Stop',
      stopped: true,
    },
  ];
}

/** Fails, in one of its branches or in both, until it has been redriven often enough. */
function redriven(): Kind {
  const flaky = { flaky: true };
  const child: Kind = {
    name: 'a child of redriven',
    states: { One: call('"/one"', 'Two'), Two: call('"/two"', undefined, {}, flaky) },
    visits: { One: 1, Two: 1 },
    calls: ['/one', '/two'],
    status: 'SUCCEEDED',
    output: seen,
  };
  return {
    name: 'redriven',
    states: {
      Fork: {
        Type: 'Parallel',
        Branches: [
          flow({ Good: call('"/good"') }),
          flow({ Set: { Type: 'Pass', Next: 'Flaky' }, Flaky: call('"/flaky"', undefined, {}, flaky) }),
          flow({
            Each: {
              Type: 'Map',
              Items: '{% [1..3] %}',
              ItemSelector: item,
              ItemProcessor: {
                ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
                ...flow(child.states),
              },
              End: true,
            },
          }),
        ],
        End: true,
      },
    },
    visits: { Fork: 1, Good: 1, Set: 1, Flaky: 1, Each: 1 },
    calls: ['/good', '/flaky', ...[1, 2, 3].flatMap((n) => [`/${n}/one`, `/${n}/two`])],
    status: 'SUCCEEDED',
    output: (id) => [{ id }, { id }, [1, 2, 3].map((n) => ({ id: `${id}/${n}` }))],
    mapChildren: { count: 3, kind: child },
    redriven: true,
  };
}

/** Every call of a Standard child is recorded; an Express one that is cut off is run again from its start, as in AWS. */
function distributed(type: 'STANDARD' | 'EXPRESS'): Kind {
  const name = `distributed-${type.toLowerCase()}`;
  const child: Kind = {
    name: `a child of ${name}`,
    states: { One: call('"/one"', 'Two'), Two: call('"/two"') },
    visits: { One: 1, Two: 1 },
    calls: ['/one', '/two'],
    status: 'SUCCEEDED',
    output: seen,
    ...(type === 'EXPRESS' && { express: true }),
  };
  return {
    name,
    states: {
      Each: {
        Type: 'Map',
        Items: '{% [1..5] %}',
        ItemSelector: item,
        MaxConcurrency: 3,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
          ...flow(child.states),
        },
        Next: 'Done',
      },
      Done: { Type: 'Pass', Output: '{% $states.input.id %}', End: true },
    },
    visits: { Each: 1, Done: 1 },
    calls: [1, 2, 3, 4, 5].flatMap((n) => [`/${n}/one`, `/${n}/two`]),
    status: 'SUCCEEDED',
    output: (id) => [1, 2, 3, 4, 5].map((n) => `${id}/${n}`),
    mapChildren: { count: 5, kind: child },
  };
}
