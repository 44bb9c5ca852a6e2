// Checks of what a role may, by calls that state machines make as the role of role.ts.
import { type Check, endsWith } from './check.ts';

export const permissionChecks = {
  /** A task is answered by a role that may do so for the state machine whose task it is. */
  'answer-by-state-machine': {
    machines: 2,
    transitions: 3,
    needsRole: true,
    async run(account) {
      const answers = await account.createMachine({
        StartAt: 'Answer',
        States: {
          Answer: {
            Type: 'Task',
            Resource: 'arn:aws:states:::aws-sdk:sfn:sendTaskSuccess',
            Arguments: { TaskToken: '{% $states.input.token %}', Output: '"answered"' },
            End: true,
          },
        },
      });
      const end = await account.runStates({
        StartAt: 'Ask',
        States: {
          Ask: {
            Type: 'Task',
            Resource: 'arn:aws:states:::states:startExecution.waitForTaskToken',
            Arguments: {
              StateMachineArn: answers.arn,
              Input: { token: '{% $states.context.Task.Token %}' },
            },
            TimeoutSeconds: 30,
            End: true,
          },
        },
      });
      return endsWith(end, { status: 'SUCCEEDED', output: 'answered' });
    },
  },

  /** Schedules are listed by a role that may do so for those of every group. */
  'list-of-schedules': {
    machines: 1,
    transitions: 1,
    needsRole: true,
    async run(account) {
      const end = await account.runStates({
        StartAt: 'List',
        States: {
          List: {
            Type: 'Task',
            Resource: 'arn:aws:states:::aws-sdk:scheduler:listSchedules',
            Arguments: { MaxResults: 1 },
            Output: 'listed',
            End: true,
          },
        },
      });
      return endsWith(end, { status: 'SUCCEEDED', output: 'listed' });
    },
  },
} satisfies Readonly<Record<string, Check>>;
