// What definitions and code rely on of Step Functions.
import type { Assumption } from './assumption.ts';

const guide = (page: string) => `https://docs.aws.amazon.com/step-functions/latest/dg/${page}.html`;
const api = (operation: string) =>
  `https://docs.aws.amazon.com/step-functions/latest/apireference/API_${operation}.html`;
const service = 'Step Functions';

export const stepFunctions: readonly Assumption[] = [
  {
    service,
    says: 'The item and the index of an iteration are in the context of `ItemSelector`, and of no state within the Map.',
    reliedOnBy: ['lib/compiler/steps/for-each', 'lib/compiler/steps/agent/emit.ts'],
    evidence: [
      {
        document: guide('input-output-itemselector'),
        says: 'The $$.Map.Item.Value Context object contains the value of each individual data item.',
      },
      {
        measured: 'https://github.com/floci-io/floci/pull/1588',
        says: 'Not observed to resolve from child states, even for normal Map cases; the reliable place is ItemSelector.',
      },
    ],
    check: 'loop-variables',
  },
  {
    service,
    says: 'The states of an inline Map and of a Parallel read the variables of the states around them; what they assign themselves is theirs.',
    reliedOnBy: ['lib/compiler/steps/for-each', 'lib/compiler/asl/deadline.ts'],
    check: 'loop-variables',
  },
  {
    service,
    says: '`$states.input` is the state’s own input in each of its fields, those of a Catch included, and at each try.',
    reliedOnBy: ['lib/compiler/steps/for-each/emit.ts', 'lib/compiler/asl/retry-after.ts'],
    evidence: [
      {
        document: guide('workflow-variables'),
        says: 'The value of $states.input can be used in all fields that accept JSONata expressions. $states.input always refers to the original state input.',
      },
    ],
    check: 'item-errors',
  },
  {
    service,
    says: 'A variable that was never assigned is nothing: `$exists` is false, `$sum` leaves it out. Only a whole expression that gives nothing fails.',
    reliedOnBy: ['lib/compiler/asl/retry-after.ts', 'lib/compiler/steps/agent/emit.ts'],
    evidence: [
      { recorded: 'TestAssignReferenceVariables::test_undefined_reference[BASE_UNDEFINED_ASSIGN]' },
      { recorded: 'TestAssignReferenceVariables::test_undefined_reference[BASE_UNDEFINED_OUTPUT]' },
    ],
    check: 'unassigned-variable',
  },
  {
    service,
    says: '`State.RetryCount` is known to Arguments: 0 at the first try, and the number of this visit’s retries after it.',
    reliedOnBy: ['lib/compiler/asl/retry-after.ts'],
    check: 'retry-count',
  },
  {
    service,
    says: 'Pass, Task, Map, Parallel, Choice and Wait take `Assign`, a Choice both in its rules and for its Default.',
    reliedOnBy: ['lib/compiler/emit', 'lib/compiler/steps'],
    evidence: [
      {
        document: guide('workflow-variables'),
        says: 'The following state types support Assign to declare and assign values to variables: Pass, Task, Map, Parallel, Choice, Wait.',
      },
      { recorded: 'TestAssignBase::test_assign_in_choice[CONDITION_FALSE]' },
    ],
    check: 'assign-everywhere',
  },
  {
    service,
    says: 'A Catch assigns from `$states.errorOutput`, and the state’s own `Assign` and `Output` are left out then.',
    reliedOnBy: ['lib/compiler/emit/transition.ts'],
    evidence: [{ recorded: 'TestAssignReferenceVariables::test_assign_in_catch_state' }],
    check: 'assign-everywhere',
  },
  {
    service,
    says: 'A Choice without a rule that holds goes on to Default with the state’s own `Output`.',
    reliedOnBy: ['lib/compiler/steps/switch.ts', 'lib/compiler/emit-block.ts'],
    evidence: [{ recorded: 'TestArgumentsBase::test_output_in_choice[CONDITION_FALSE]' }],
    check: 'assign-everywhere',
  },
  {
    service,
    says: 'A failed evaluation is States.QueryEvaluationError, which a retrier and a catcher can name, and States.ALL covers.',
    reliedOnBy: ['lib/compiler/asl/deadline.ts', 'lib/compiler/asl/retry.ts'],
    check: 'failed-time-limit',
  },
  {
    service,
    says: '`$millis()` is the time of the evaluation, and `$error` fails it, in TimeoutSeconds, Seconds, Output and Catch.',
    reliedOnBy: ['lib/compiler/asl/deadline.ts'],
    check: 'step-deadline',
  },
  {
    service,
    says: 'A Wait of 0 seconds is allowed, also where an expression gives them.',
    reliedOnBy: ['lib/compiler/asl/deadline.ts', 'lib/compiler/steps/wait.ts'],
    evidence: [{ recorded: 'TestBaseScenarios::test_wait_seconds_jsonata' }],
    check: 'wait-seconds',
  },
  {
    service,
    says: 'A Fail state may hand on the name of an error that begins with `States.`, which an expression gives.',
    reliedOnBy: ['lib/compiler/emit.ts', 'lib/compiler/asl/deadline.ts'],
    check: 'first-error-after-on-failure',
  },
  {
    service,
    says: 'A time limit’s name, States.Timeout, likewise.',
    reliedOnBy: ['lib/compiler/asl/deadline.ts'],
    check: 'deadline-of-a-run',
  },
  {
    service,
    says: 'The Cause of a `.sync:2` Task whose execution failed is DescribeExecution’s answer as JSON, its fields in the order of their names.',
    reliedOnBy: ['lib/workflow-format/child-failure.ts', 'lib/compiler/asl/caught-error.ts'],
    check: 'child-failure',
  },
  {
    service,
    says: 'A distributed Map without ResultWriter gives the outputs of its executions in the order of its items.',
    reliedOnBy: ['lib/compiler/steps/for-each/emit.ts'],
    evidence: [{ recorded: 'TestBaseScenarios::test_map_state_legacy_config_distributed' }],
    check: 'distributed-loop',
  },
  {
    service,
    says: 'An execution of a distributed Map has what ItemSelector gives as its input, and no variable of the run.',
    reliedOnBy: ['lib/compiler/steps/for-each/child-scope.ts'],
    check: 'distributed-loop',
  },
  {
    service,
    says: 'A redrive goes on in the state that failed, within an iteration with that iteration’s variables.',
    reliedOnBy: ['lib/executions/redrive.ts', 'lib/compiler/steps/for-each/emit.ts'],
    check: 'redrive-of-an-iteration',
  },
  {
    service,
    says: 'A redrive redrives the failed executions of a distributed Map, for which the role needs states:RedriveExecution on them.',
    reliedOnBy: ['infrastructure/stack/roles.ts'],
    evidence: [
      {
        document: guide('iam-policies-eg-dist-map'),
        says: 'Example of IAM policy for redriving a Distributed Map state: states:RedriveExecution on execution:<state machine>/<label>:*.',
      },
    ],
    check: 'redrive-of-a-distributed-loop',
  },
  {
    service,
    says: 'A version that UpdateStateMachine published can be started at once, and runs its own definition.',
    reliedOnBy: ['lib/workflows/state-machine.ts', 'lib/workflows/save.ts'],
    check: 'published-version',
  },
  {
    service,
    says: 'Versions are numbered upwards, and the number of a deleted one is not given again.',
    reliedOnBy: ['lib/workflows/state-machine.ts'],
    check: 'version-numbers',
  },
  {
    service,
    says: 'An alias starts the version that it was put on last.',
    reliedOnBy: ['lib/workflows/live-alias.ts'],
    check: 'alias-of-another-version',
  },
  {
    service,
    says: 'Deleting a version leaves its executions running.',
    reliedOnBy: ['lib/workflows/state-machine.ts'],
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
        says: 'A state machine is deleted only when all its executions are completed. On the next state transition, the state machine’s executions are terminated. This API action also deletes all versions and aliases associated with a state machine.',
      },
    ],
  },
  {
    service,
    says: 'The name of a Standard execution starts it once for 90 days; that of an Express one does not.',
    reliedOnBy: ['lib/executions/start.ts', 'lib/triggers/webhook-input.ts'],
    evidence: [
      {
        document: api('StartExecution'),
        says: 'StartExecution is idempotent for STANDARD workflows. You can reuse the name 90 days after it closes. StartExecution isn’t idempotent for EXPRESS workflows.',
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
        says: 'TaskTimedOut: The task token has either expired or the task associated with the token has already been closed.',
      },
    ],
  },
];
