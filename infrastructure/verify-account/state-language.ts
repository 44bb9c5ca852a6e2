// What definitions rely on of the Amazon States Language as Step Functions runs it.
import type { Assumption } from './assumption.ts';

const guide = (page: string) => `https://docs.aws.amazon.com/step-functions/latest/dg/${page}.html`;
const service = 'Step Functions';

export const stateLanguage: readonly Assumption[] = [
  {
    service,
    says: 'The item and the index of an iteration are in the context of `ItemSelector`, and of no state within the Map.',
    reliedOnBy: ['lib/compiler/steps/for-each', 'lib/compiler/steps/agent/emit.ts'],
    evidence: [
      {
        document: guide('input-output-contextobject'),
        says: 'You must define parameters from the Context object in the ItemSelector block of the main Map state, not within the states included in the ItemProcessor section.',
      },
    ],
    check: 'loop-variables',
  },
  {
    service,
    says: 'The states of an inline Map and of a Parallel read the variables of the states around them; what they assign themselves is theirs.',
    reliedOnBy: ['lib/compiler/steps/for-each', 'lib/compiler/asl/deadline.ts'],
    evidence: [
      {
        document: guide('workflow-variables'),
        says: 'Parallel branches and Map iterations can access variable values from outer scopes, but they do not have access to variable values from other concurrent branches or iterations.',
      },
    ],
    check: 'loop-variables',
  },
  {
    service,
    says: 'A variable that is assigned within a Map or a Parallel may not have the name of one that is assigned around it.',
    reliedOnBy: ['lib/compiler/resolve-block.ts'],
    evidence: [
      {
        document: guide('workflow-variables'),
        says: 'a variable assigned in an inner scope cannot have the same name as one assigned in an outer scope.',
      },
    ],
  },
  {
    service,
    says: 'An execution of a distributed Map has what ItemSelector gives as its input, and no variable of the run.',
    reliedOnBy: ['lib/compiler/steps/for-each/child-scope.ts'],
    evidence: [
      {
        document: guide('workflow-variables'),
        says: 'Exception: Distributed Map states cannot currently reference variables in outer scopes.',
      },
    ],
    check: 'distributed-loop',
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
    says: 'The variables of a state have the values of its entry, in its own Assign too.',
    reliedOnBy: ['lib/compiler/asl/retry-after.ts', 'lib/compiler/steps/agent/emit.ts'],
    evidence: [
      {
        document: guide('workflow-variables'),
        says: 'All variable references in Step Functions states use the values as they were on state entry.',
      },
    ],
  },
  {
    service,
    says: '`Execution.RedriveCount` is 0 until an execution is redriven.',
    reliedOnBy: ['lib/compiler/asl/retry-after.ts'],
    evidence: [
      {
        document: guide('input-output-contextobject'),
        says: 'The value of the RedriveCount context object is 0, if you’ve not yet redriven an execution.',
      },
    ],
    check: 'redrive-of-an-iteration',
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
        says: 'The Assign field is available at the top level of each state (except Succeed and Fail), inside Choice state rules, and inside Catch fields.',
      },
      { recorded: 'TestAssignBase::test_assign_in_choice[CONDITION_FALSE]' },
    ],
    check: 'assign-everywhere',
  },
  {
    service,
    says: 'A Catch assigns from `$states.errorOutput`, to variables around its Map or Parallel too, and the state’s own `Assign` and `Output` are left out then.',
    reliedOnBy: ['lib/compiler/emit/transition.ts'],
    evidence: [
      {
        document: guide('workflow-variables'),
        says: 'When handling errors, the Assign field in a Catch can assign values to variables in the outer scope, that is, the scope in which the Parallel/Map state exists.',
      },
      { recorded: 'TestAssignReferenceVariables::test_assign_in_catch_state' },
    ],
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
    evidence: [
      {
        document: guide('transforming-data'),
        says: 'In each case, the interpreter will throw the error: States.QueryEvaluationError. Your Task, Map, and Parallel states can provide a Catch field to catch the error, and a Retry field to retry on the error.',
      },
    ],
    check: 'failed-time-limit',
  },
  {
    service,
    says: 'The first retrier that has an error’s name decides, also where a later one has States.ALL.',
    reliedOnBy: ['lib/compiler/asl/retry.ts', 'lib/compiler/asl/deadline.ts'],
    evidence: [
      {
        document: guide('concepts-error-handling'),
        says: 'Step Functions scans through the retriers in the order listed in the array. When the error name appears in the value of a retrier’s ErrorEquals field, the state machine makes retry attempts as defined in the Retry field.',
      },
    ],
    check: 'failed-time-limit',
  },
  {
    service,
    says: 'States.ALL covers every error but two, which end the run whatever its steps say: States.DataLimitExceeded and States.Runtime.',
    reliedOnBy: ['lib/compiler/asl/retry.ts'],
    evidence: [
      {
        document: guide('concepts-error-handling'),
        says: 'The States.ALL error type must appear alone in a Catcher and cannot catch the States.DataLimitExceeded terminal error or Runtime error types.',
      },
    ],
  },
  {
    service,
    says: '`$millis()` is the time of the evaluation, and `$error` fails it, in TimeoutSeconds, Seconds, Output and Catch.',
    reliedOnBy: ['lib/compiler/asl/deadline.ts'],
    check: 'step-deadline',
  },
  {
    service,
    says: 'A Wait of 0 seconds is allowed, also where an expression gives them; a fraction of a second is not.',
    reliedOnBy: ['lib/compiler/asl/deadline.ts', 'lib/compiler/steps/wait.ts'],
    evidence: [
      {
        document: guide('state-wait'),
        says: 'You must specify time as an integer value from 0 to 99999999. In JSONata states, you can alternatively specify a JSONata expression which must evaluate to an integer in the stated range.',
      },
      { recorded: 'TestBaseScenarios::test_wait_seconds_jsonata' },
    ],
    check: 'wait-seconds',
  },
  {
    service,
    says: 'A Wait until a time leaves the time’s fraction of a second out, so that a deadline is rounded up.',
    reliedOnBy: ['lib/compiler/asl/deadline.ts'],
    evidence: [
      {
        document: guide('state-wait'),
        says: 'Currently, if you specify the wait time as a timestamp, Step Functions considers the time value up to seconds and truncates milliseconds.',
      },
    ],
    check: 'wait-past-a-deadline',
  },
  {
    service,
    says: 'A Fail state may hand on the name of an error that begins with `States.`, which an expression gives. (The developer guide says of names in general that “the error names cannot begin with the States. prefix”.)',
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
    says: 'A redrive evaluates a Choice again that failed, and no Map before it that was left.',
    reliedOnBy: ['lib/compiler/steps/for-each/emit.ts'],
    evidence: [
      {
        document: guide('redrive-executions'),
        says: 'Step Functions preserves the results and execution history of the successful steps, which are not rerun when you redrive an execution. … Choice workflow state: Reevaluates the Choice state rules.',
      },
      {
        document: guide('redrive-map-run'),
        says: 'A parent workflow redrives unsuccessful states if there’s no <stateType>Exited event corresponding to the <stateType>Entered event for a state when the parent workflow completed its execution.',
      },
    ],
    check: 'redrive-after-a-distributed-loop',
  },
  {
    service,
    says: 'A redrive of an inline Map or a Parallel that failed after what is in it runs nothing in it again, unless its result was too large.',
    reliedOnBy: ['lib/compiler/steps/for-each/emit.ts', 'lib/compiler/resolve-output.ts'],
    evidence: [
      {
        document: guide('redrive-executions'),
        says: 'Reschedules and redrives only those iterations that failed or aborted. If the state failed because of a States.DataLimitExceeded error, the Inline Map state is rerun, including the iterations that were successful in the original execution attempt.',
      },
    ],
    check: 'redrive-of-an-output',
  },
];
