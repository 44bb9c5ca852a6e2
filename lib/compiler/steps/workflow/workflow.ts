// A `workflow` step: a Task that runs another workflow.
import { pointerTo } from '../../../json-pointer.ts';
import type { StepOf } from '../../../workflow-format/steps.ts';
import { STARTED_BY, VALUES_OF } from '../../../workflow-format/triggers.ts';
import { timeoutSeconds } from '../../asl/deadline.ts';
import type { TaskState } from '../../asl/definition.ts';
import { childRetrier } from '../../asl/retry.ts';
import { emitValue, fieldsOf } from '../../asl/value.ts';
import type { EmitContext } from '../../emit/flow.ts';
import { taskTransition } from '../../emit/transition.ts';
import { jsonataLiteral } from '../../expressions/literal.ts';
import { type Known, nullable, scalar, unknown } from '../../expressions/types.ts';
import { resolveValue, type Value } from '../../expressions/value.ts';
import { shown } from '../../problems/suggestions.ts';
import { STANDARD } from '../../tree/express.ts';
import type { Kind } from '../kind.ts';
import { checkWorkflowStep } from './check.ts';

/** The longest that Step Functions lets an execution run. */
const YEAR_SECONDS = 31_536_000;
/** Starting an execution is one call. */
const START_SECONDS = 60;

const RUN_ID: Known = { type: scalar('string'), certain: true };

/** What a step gives that does not wait. */
const STARTED: Known = {
  type: {
    kind: 'object',
    open: false,
    fields: new Map([['execution_id', { type: scalar('string'), certain: true }]]),
  },
  certain: true,
};

export const workflow: Kind<'workflow'> = {
  canCatch: true,
  isOneState: true,
  runs: ({ workflow }) => workflow,
  // Null if no run began, or its time limit was reached.
  errorFields: { execution_id: { type: nullable(scalar('string')), certain: true } },
  resultCode: ({ parsed }) => runResult(parsed.step),

  resolve({ step, valuesPointer }, { scope }, { report }) {
    return {
      value: resolveValue(step.input ?? {}, valuesPointer, scope, report),
      known: waitsForRun(step) ? { type: unknown, certain: true } : STARTED,
    };
  },

  check: checkWorkflowStep,

  neverFailsWith(name) {
    if (/^(?:States|StepFunctions)\./.test(name)) return undefined;
    return {
      message: `A step that runs another workflow never fails with ${shown(name)}, whatever that one fails with`,
      hint: 'Its error is States.TaskFailed, or States.Timeout at its own time limit. Single steps are tried again by "retry" in that workflow.',
    };
  },

  notInExpress({ step, pointer }) {
    if (!waitsForRun(step)) return undefined;
    return {
      pointer: pointerTo(pointer, 'workflow'),
      message: 'A run of an Express workflow cannot wait for the run of another one',
      hint: `Add "wait_for_result": false, or ${STANDARD}`,
      fix: { adds: pointerTo(pointer, 'wait_for_result'), value: false },
    };
  },

  emit(emission) {
    const { step, id, flow, comment, context } = emission;
    const { parsed, value } = step;
    flow.add(id, {
      Type: 'Task',
      ...comment,
      ...runTask(parsed.step, value, context),
      ...taskTransition(emission, runResult(parsed.step)),
    });
  },
};

/** Whether the step goes on only when the run has ended, which Express state machines cannot have (`.sync`). */
function waitsForRun({ wait_for_result: waits = true }: StepOf<'workflow'>): boolean {
  return waits;
}

/** JSONata that gives, in the step's own state, what the step gives. */
function runResult(step: StepOf<'workflow'>): string {
  if (waitsForRun(step)) return '$states.result.Output';
  return `{"execution_id": ${jsonataLiteral(`${step.workflow}.`)} & $split($states.result.ExecutionArn, ":")[-1]}`;
}

/**
 * The run gets no name of ours. Step Functions names each attempt of a Task and starts it once however often it sends
 * the call; a name that we make would be taken at the next attempt of `retry`, in the next iteration of a loop and
 * when the execution is redriven, and the step then fail for ever.
 */
function runTask(
  step: StepOf<'workflow'>,
  input: Value,
  { stateMachineArn, deadlines, runId, valuesOf }: EmitContext,
): Pick<TaskState, 'Resource' | 'Arguments' | 'TimeoutSeconds' | 'Retry'> {
  const waits = waitsForRun(step);
  const run = (code: string): Value => ({ kind: 'expression', code, known: RUN_ID, changing: false });
  const entries = [
    ...fieldsOf(input),
    [STARTED_BY, run(runId)] as const,
    [VALUES_OF, run(valuesOf)] as const,
  ];
  return {
    Resource: `arn:aws:states:::states:startExecution${waits ? '.sync:2' : ''}`,
    Arguments: {
      StateMachineArn: stateMachineArn(step.workflow),
      Input: emitValue({ kind: 'object', entries }),
    },
    TimeoutSeconds: timeoutSeconds(step.timeout_seconds ?? (waits ? YEAR_SECONDS : START_SECONDS), deadlines),
    Retry: childRetrier(step.retry),
  };
}
