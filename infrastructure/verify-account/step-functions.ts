// What code and configuration rely on of Step Functions: executions, versions, quotas and permissions.
import type { Assumption } from './assumption.ts';

const guide = (page: string) => `https://docs.aws.amazon.com/step-functions/latest/dg/${page}.html`;
const api = (operation: string) =>
  `https://docs.aws.amazon.com/step-functions/latest/apireference/API_${operation}.html`;
const service = 'Step Functions';

const quotas: readonly Assumption[] = [
  {
    service,
    says: 'The input and the output of a task, a state and an execution may have 262,144 bytes of UTF-8.',
    reliedOnBy: ['lib/compiler/check/sizes.ts', 'lib/executions/start.ts', 'lib/triggers/receive-webhook.ts'],
    evidence: [
      {
        document: guide('service-quotas'),
        says: '256 KiB of data as a UTF-8 encoded string. This quota affects tasks (activity, Lambda function, or integrated service), state or execution output, and input data when scheduling a task, entering a state, or starting an execution.',
      },
    ],
  },
  {
    service,
    says: 'What a state assigns may have as much together; all variables of an execution 10 MiB.',
    reliedOnBy: ['lib/compiler/check/sizes.ts', 'lib/compiler/tree/resolved.ts'],
    evidence: [
      {
        document: guide('workflow-variables'),
        says: 'The maximum combined size for all variables in a single Assign field is also 256Kib. … The total size of all stored variables cannot exceed 10MiB per execution.',
      },
    ],
  },
  {
    service,
    says: 'A definition, and the whole request that it is sent in, may have 1 MB.',
    reliedOnBy: ['lib/compiler/asl/request-size.ts'],
    evidence: [
      {
        document: guide('service-quotas'),
        says: '1 MB per request. This is the total data size per Step Functions API request, including the request header and all other associated request data.',
      },
    ],
  },
  {
    service,
    says: 'An execution may write 25,000 events, where the last one is its success.',
    reliedOnBy: ['lib/compiler/event-budget/limit.ts'],
    evidence: [
      {
        document: guide('sfn-best-practices'),
        says: 'If the event number 25,000 is ExecutionSucceeded, the execution finishes successfully. If the event number 25,000 isn’t ExecutionSucceeded, the ExecutionFailed event is logged and the state machine execution fails because of reaching the history limit',
      },
    ],
  },
  {
    service,
    says: 'The names of a state machine and of an execution may have 80 characters.',
    reliedOnBy: ['lib/workflows/compile.ts', 'lib/workflow-format/names.ts'],
    evidence: [
      {
        document: guide('service-quotas'),
        says: 'Names of state machines, executions, and activity tasks must not exceed 80 characters in length.',
      },
    ],
  },
  {
    service,
    says: 'A state machine keeps 1000 versions.',
    reliedOnBy: ['lib/workflows/state-machine.ts'],
    evidence: [
      {
        document: guide('concepts-state-machine-version'),
        says: 'You can publish up to 1000 versions of a state machine.',
      },
    ],
  },
  {
    service,
    says: 'The history of an execution can be read for 90 days after its end.',
    reliedOnBy: ['lib/executions/record.ts'],
    evidence: [
      {
        document: guide('service-quotas'),
        says: '90 days after an execution is closed. After this time, you can no longer retrieve or view the execution history.',
      },
    ],
  },
];

const executions: readonly Assumption[] = [
  {
    service,
    says: 'The name of a Standard execution starts it once for 90 days; that of an Express one does not.',
    reliedOnBy: ['lib/executions/start.ts', 'lib/triggers/webhook-input.ts'],
    evidence: [
      {
        document: api('StartExecution'),
        says: 'For a STANDARD workflow, if you call StartExecution with the same name and input as a running execution, the call succeeds and return the same response as the original request. If the execution is closed or if the input is different, it returns a 400 ExecutionAlreadyExists error. You can reuse the name 90 days after it closes. StartExecution isn’t idempotent for EXPRESS workflows.',
      },
    ],
  },
  {
    service,
    says: 'A Standard execution runs each of its states once, where nothing in the definition retries it.',
    reliedOnBy: ['lib/compiler/asl/retry.ts'],
    evidence: [
      {
        document: guide('choosing-workflow-type'),
        says: 'Standard Workflows follow an exactly-once model, where your tasks and states are never run more than once, unless you have specified Retry behavior in ASL.',
      },
    ],
  },
  {
    service,
    says: 'An Express execution that StartSyncExecution starts runs once at most.',
    reliedOnBy: ['lib/executions/run-express.ts'],
    evidence: [
      {
        document: guide('express-at-least-once-execution'),
        says: 'Synchronous Express Workflows: At-most-once workflow execution',
      },
    ],
  },
  {
    service,
    says: 'DescribeExecution may not yet know an execution that was started.',
    reliedOnBy: ['lib/executions/start.ts'],
    evidence: [
      {
        document: api('DescribeExecution'),
        says: 'This operation is eventually consistent. The results are best effort and may not reflect very recent updates and changes.',
      },
    ],
  },
  {
    service,
    says: 'The token of a Task that has ended or timed out is refused, so that a decision is taken once.',
    reliedOnBy: ['lib/approvals'],
    evidence: [
      {
        document: api('SendTaskSuccess'),
        says: 'The task token has either expired or the task associated with the token has already been closed.',
      },
    ],
  },
  {
    service,
    says: 'A redrive goes on in the state that failed, within an iteration with that iteration’s variables.',
    reliedOnBy: ['lib/executions/rerun/redrive.ts', 'lib/compiler/steps/for-each/emit.ts'],
    evidence: [
      {
        document: api('RedriveExecution'),
        says: 'When you redrive an execution, it continues the failed execution from the unsuccessful step and uses the same input. … For workflows that include an Inline Map or Parallel state, RedriveExecution API action reschedules and redrives only the iterations and branches that failed or aborted.',
      },
    ],
    check: 'redrive-of-an-iteration',
  },
  {
    service,
    says: 'A state whose failure was caught was left, so that a redrive does not go back into it.',
    reliedOnBy: ['lib/executions/rerun/redrive.ts'],
    evidence: [
      {
        document: guide('redrive-map-run'),
        says: 'A parent workflow redrives unsuccessful states if there’s no <stateType>Exited event corresponding to the <stateType>Entered event for a state when the parent workflow completed its execution.',
      },
    ],
  },
  {
    service,
    says: 'An execution that ended in a Fail state fails there again when it is redriven.',
    reliedOnBy: ['lib/executions/rerun/redrive.ts'],
    evidence: [{ document: guide('redrive-executions'), says: 'Reenters the Fail state and fails again.' }],
  },
  {
    service,
    says: 'A client token redrives once, for 15 minutes.',
    reliedOnBy: ['lib/executions/rerun/redrive.ts'],
    evidence: [
      {
        document: api('RedriveExecution'),
        says: 'The API will return idempotent responses for the last 10 client tokens used to successfully redrive the execution. These client tokens are valid for up to 15 minutes after they are first used.',
      },
    ],
  },
];

const versions: readonly Assumption[] = [
  {
    service,
    says: 'A version that UpdateStateMachine published can be started at once, and runs its own definition.',
    reliedOnBy: [
      'lib/workflows/state-machine.ts',
      'lib/workflows/save.ts',
      'lib/executions/rerun/publish.ts',
    ],
    check: 'published-version',
  },
  {
    service,
    says: 'Versions are numbered upwards, and the number of a deleted one is not given again.',
    reliedOnBy: ['lib/workflows/state-machine.ts'],
    evidence: [
      {
        document: guide('concepts-state-machine-version'),
        says: 'Version numbers start at 1 and increase monotonically for each new version. Version numbers aren’t reused for a given state machine.',
      },
    ],
    check: 'version-numbers',
  },
  {
    service,
    says: 'An alias starts the version that it was put on last, after a few seconds in which it may start the one before, which is kept for that.',
    reliedOnBy: ['lib/workflows/live-alias.ts'],
    evidence: [
      {
        document: api('UpdateStateMachineAlias'),
        says: 'This operation is eventually consistent. All StartExecution requests made within a few seconds use the latest alias configuration. Executions started immediately after calling UpdateStateMachineAlias may use the previous routing configuration.',
      },
    ],
    check: 'alias-of-another-version',
  },
  {
    service,
    says: 'Deleting a version leaves its executions running.',
    reliedOnBy: ['lib/workflows/state-machine.ts', 'lib/executions/rerun/publish.ts'],
    evidence: [
      {
        document: api('DeleteStateMachineVersion'),
        says: 'Deleting a state machine version won’t terminate its in-progress executions.',
      },
    ],
    check: 'deleted-version',
  },
  {
    service,
    says: 'A deleted state machine is gone when its executions have ended, at their next transition, with its versions and aliases.',
    reliedOnBy: ['lib/workflows/delete.ts', 'lib/workflows/state-machine.ts'],
    evidence: [
      {
        document: api('DeleteStateMachine'),
        says: 'A state machine is deleted only when all its executions are completed. On the next state transition, the state machine’s executions are terminated. … This API action also deletes all versions and aliases associated with a state machine.',
      },
    ],
  },
];

const permissions: readonly Assumption[] = [
  {
    service,
    says: 'A role that may do something with a state machine may do it with its versions and aliases.',
    reliedOnBy: ['infrastructure/stack/permissions.ts'],
    evidence: [
      {
        document: guide('auth-version-alias'),
        says: 'To authorize a version or an alias to invoke an API action, Step Functions uses the state machine’s ARN instead of using the version ARN or alias ARN.',
      },
    ],
  },
  {
    service,
    says: 'A redrive redrives the failed executions of a distributed Map, for which the role needs states:RedriveExecution on them.',
    reliedOnBy: ['infrastructure/stack/roles.ts'],
    evidence: [
      {
        document: guide('iam-policies-eg-dist-map'),
        says: 'The following IAM policy example grants the least privileges required to your state machine role for redriving a Distributed Map state. … "Action": ["states:RedriveExecution"], "Resource": "arn:aws:states:us-east-2:123456789012:execution:myStateMachineName/myMapRunLabel:*"',
      },
    ],
    check: 'redrive-of-a-distributed-loop',
  },
  {
    service,
    says: 'A role that may do so for a state machine answers its tasks. (The service authorization reference has no resource for states:SendTaskSuccess, so that its judges ask for `*`.)',
    reliedOnBy: ['infrastructure/stack/functions.ts'],
    evidence: [
      {
        measured: 'https://github.com/aws/aws-cdk/pull/8486',
        says: 'I also tested on a state machine with a lambda function and SendTaskSuccess/Failure/Heartbeat worked when mapped onto the state machine.',
      },
      {
        measured: 'https://github.com/NOAA-OWP/hydrovis/issues/837',
        says: 'is not authorized to perform: states:SendTaskFailure on resource: arn:aws:states:us-east-1:526904826677:stateMachine:',
      },
    ],
    check: 'answer-by-state-machine',
  },
];

export const stepFunctions: readonly Assumption[] = [...executions, ...versions, ...quotas, ...permissions];
