// Checks of single behaviours, by definitions of their own.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import type { Account, End } from './account.ts';
import { type Check, differs, endsWith } from './check.ts';

const flow = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });
const DISTRIBUTED = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
const pass = (Output: unknown) => flow({ Give: { Type: 'Pass', Output, End: true } });

/** Fails in its second state until it is redriven; its variable is from the first. */
const failsOnce = (mode: object) =>
  flow({
    Each: {
      Type: 'Map',
      Items: ['a', 'b'],
      ItemSelector: { item: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: {
        ProcessorConfig: mode,
        ...flow({
          Keep: { Type: 'Pass', Assign: { item: '{% $states.input.item %}' }, Output: 1, Next: 'Fail once' },
          'Fail once': {
            Type: 'Pass',
            Output: onceRedriven('$item'),
            End: true,
          },
        }),
      },
      End: true,
    },
  });

/** Gives what it gives after a redrive alone, and until then fails. */
const onceRedriven = (code: string) =>
  `{% $states.context.Execution.RedriveCount = 0 ? $error("once") : ${code} %}`;

/** A Map whose two items give the time at which they ran. */
const timesOf = (mode: object, rest: object) => ({
  Type: 'Map',
  Items: [1, 2],
  ItemProcessor: { ProcessorConfig: mode, ...pass('{% $states.context.State.EnteredTime %}') },
  ...rest,
});
const ranBefore = (times: string) =>
  `$count($filter(${times}, function($t) { $t < $states.context.Execution.RedriveTime })) = 2`;

async function redriven(account: Account, states: object): Promise<End> {
  const { arn: stateMachineArn } = await account.createMachine(states);
  const { arn: executionArn } = await account.run(stateMachineArn);
  await account.sfn.send(new RedriveExecutionCommand({ executionArn }));
  return account.endOf(executionArn);
}

export const machineChecks = {
  /** Within Arguments it is 0 at the first try and counts the retries of this visit. */
  'retry-count': {
    machines: 2,
    transitions: 4,
    async run(account) {
      const child = await account.createMachine(pass(1));
      const end = await account.runStates(
        flow({
          Try: {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution',
            Arguments: {
              StateMachineArn: child.arn,
              Input: '{% $states.context.State.RetryCount < 2 ? $error("again") : {} %}',
            },
            Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }],
            Output: '{% $states.context.State.RetryCount %}',
            End: true,
          },
        }),
      );
      return endsWith(end, { status: 'SUCCEEDED', output: 2 });
    },
  },

  /** A variable that was never assigned is nothing, as JSONata has it. */
  'unassigned-variable': {
    machines: 1,
    transitions: 1,
    async run(account) {
      const Output = '{% [$exists($never), $sum([$never, 1]), $exists($never) ? $never : "else"] %}';
      return endsWith(await account.runStates(pass(Output)), {
        status: 'SUCCEEDED',
        output: [false, 1, 'else'],
      });
    },
  },

  /** Where no time is left the seconds are 0. */
  'wait-seconds': {
    machines: 1,
    transitions: 2,
    async run(account) {
      const wait = flow({ Wait: { Type: 'Wait', Seconds: '{% $states.input.s %}', Output: 1, End: true } });
      return endsWith(await account.runStates(wait, { s: 0 }), { status: 'SUCCEEDED', output: 1 });
    },
  },

  /** A failed evaluation in TimeoutSeconds fails the Task uncalled, and the first retrier that names it decides. */
  'failed-time-limit': {
    machines: 1,
    transitions: 2,
    async run(account) {
      const end = await account.runStates(
        flow({
          Late: {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution',
            Arguments: { StateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:none' },
            TimeoutSeconds: '{% $error("late") %}',
            Retry: [
              { ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 0 },
              { ErrorEquals: ['States.ALL'], IntervalSeconds: 99, MaxAttempts: 3 },
            ],
            Catch: [
              { ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Caught' },
            ],
            End: true,
          },
          Caught: { Type: 'Succeed' },
        }),
      );
      return endsWith(end, { status: 'SUCCEEDED', output: 'States.QueryEvaluationError' });
    },
  },

  /** A version can be started as soon as it is published, and runs its own definition. */
  'published-version': {
    machines: 1,
    transitions: 3,
    async run(account) {
      const machine = await account.createMachine(pass('first'));
      const definition = JSON.stringify({ QueryLanguage: 'JSONata', ...pass('second') });
      const { stateMachineVersionArn: second = '' } = await account.sfn.send(
        new UpdateStateMachineCommand({ stateMachineArn: machine.arn, definition, publish: true }),
      );
      const outputs = [await account.run(second), await account.run(machine.versionArn)].map(
        ({ output }) => output,
      );
      return differs('what the versions give', outputs, ['second', 'first']);
    },
  },

  /** The number of a deleted version is not used again. */
  'version-numbers': {
    machines: 1,
    transitions: 0,
    async run(account) {
      const machine = await account.createMachine(pass(1));
      const publish = async (output: number) => {
        const definition = JSON.stringify({ QueryLanguage: 'JSONata', ...pass(output) });
        const command = { stateMachineArn: machine.arn, definition, publish: true };
        return (await account.sfn.send(new UpdateStateMachineCommand(command))).stateMachineVersionArn ?? '';
      };
      const second = await publish(2);
      await account.sfn.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: second }));
      const numbers = [machine.versionArn, second, await publish(3)].map((arn) => arn.split(':').at(-1));
      return differs('the numbers of the versions', numbers, ['1', '2', '3']);
    },
  },

  /** An alias that was put on another version starts that one, a few seconds later at the latest. */
  'alias-of-another-version': {
    machines: 1,
    transitions: 2,
    async run(account) {
      const machine = await account.createMachine(pass('first'));
      const definition = JSON.stringify({ QueryLanguage: 'JSONata', ...pass('second') });
      const { stateMachineVersionArn: second = '' } = await account.sfn.send(
        new UpdateStateMachineCommand({ stateMachineArn: machine.arn, definition, publish: true }),
      );
      const routingTo = (stateMachineVersionArn: string) => [{ stateMachineVersionArn, weight: 100 }];
      const { stateMachineAliasArn = '' } = await account.sfn.send(
        new CreateStateMachineAliasCommand({
          name: 'live',
          routingConfiguration: routingTo(machine.versionArn),
        }),
      );
      const outputs = [(await account.run(stateMachineAliasArn)).output];
      await account.sfn.send(
        new UpdateStateMachineAliasCommand({ stateMachineAliasArn, routingConfiguration: routingTo(second) }),
      );
      // For a few seconds it may start the version before.
      for (let tries = 0; outputs.at(-1) === 'first' && tries < 10; tries += 1) {
        if (tries > 0) await sleep(1000);
        outputs.push((await account.run(stateMachineAliasArn)).output);
      }
      await account.sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
      return differs('what the alias gives', [outputs[0], outputs.at(-1)], ['first', 'second']);
    },
  },

  /** The executions of a version that is deleted go on. */
  'deleted-version': {
    machines: 1,
    transitions: 2,
    async run(account) {
      const wait = flow({ Wait: { Type: 'Wait', Seconds: 600, End: true } });
      const machine = await account.createMachine(wait);
      const { executionArn = '' } = await account.sfn.send(
        new StartExecutionCommand({ stateMachineArn: machine.versionArn }),
      );
      await account.sfn.send(
        new DeleteStateMachineVersionCommand({ stateMachineVersionArn: machine.versionArn }),
      );
      const { status } = await account.sfn.send(new DescribeExecutionCommand({ executionArn }));
      await account.sfn.send(new StopExecutionCommand({ executionArn }));
      return differs('the status of the execution', status, 'RUNNING');
    },
  },

  /** A redrive goes on within an iteration, with its variables. */
  'redrive-of-an-iteration': {
    machines: 1,
    transitions: 8,
    run: async (account) =>
      endsWith(await redriven(account, failsOnce({ Mode: 'INLINE' })), {
        status: 'SUCCEEDED',
        output: ['a', 'b'],
      }),
  },

  /** A redrive redrives the failed executions of a distributed loop, which the role has to allow. */
  'redrive-of-a-distributed-loop': {
    machines: 1,
    transitions: 8,
    run: async (account) =>
      endsWith(await redriven(account, failsOnce(DISTRIBUTED)), {
        status: 'SUCCEEDED',
        output: ['a', 'b'],
      }),
  },

  /** A redrive evaluates the Choice again that failed after a distributed Map, and runs none of its items again. */
  'redrive-after-a-distributed-loop': {
    machines: 1,
    transitions: 8,
    async run(account) {
      const rule = { Condition: onceRedriven(ranBefore('$states.input')), Next: 'Before' };
      const branch = flow({
        Each: timesOf(DISTRIBUTED, { Next: 'Check' }),
        Check: { Type: 'Choice', Choices: [rule], Default: 'Again' },
        Before: { Type: 'Succeed', Output: 'none again' },
        Again: { Type: 'Succeed', Output: 'ran again' },
      });
      const states = flow({ Loop: { Type: 'Parallel', Branches: [branch], End: true } });
      return endsWith(await redriven(account, states), { status: 'SUCCEEDED', output: ['none again'] });
    },
  },

  /** A redrive evaluates the Output again in which an inline Map failed, and runs none of its items again. */
  'redrive-of-an-output': {
    machines: 1,
    transitions: 4,
    async run(account) {
      const Output = onceRedriven(ranBefore('$states.result'));
      const states = flow({ Each: timesOf({ Mode: 'INLINE' }, { Output, End: true }) });
      return endsWith(await redriven(account, states), { status: 'SUCCEEDED', output: true });
    },
  },

  /** An authorizer that throws `Unauthorized` has the HTTP API answer 401. */
  'authorizer-unauthorized': {
    machines: 0,
    transitions: 0,
    needsApi: true,
    async run({ apiUrl }) {
      const answer = await fetch(`${apiUrl}/workflows`, { headers: { authorization: 'Bearer none' } });
      return differs('the status of an answer to a wrong token', answer.status, 401);
    },
  },
} satisfies Readonly<Record<string, Check>>;
