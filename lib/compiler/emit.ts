// Fourth pass: Amazon States Language. One state a step, named after it, and none for bookkeeping.
import { caughtCause, caughtError } from './asl/caught-error.ts';
import { type Definition, type State, type States, workflowComment } from './asl/definition.ts';
import { catchAll } from './asl/retry.ts';
import { FAILED_STATE, OUTPUT_STATE, STEPS_STATE } from './asl/state-names.ts';
import { emitOutput } from './asl/value.ts';
import { entryOf } from './emit/entry.ts';
import { failingIn } from './emit/failures.ts';
import { type EmitContext, type EmitOptions, Flow } from './emit/flow.ts';
import { BRANCH_RESULT } from './emit/transition.ts';
import { emitBlock } from './emit-block.ts';
import { holdsFailing } from './expressions/can-fail.ts';
import { EXECUTION_ID, EXECUTION_VALUES } from './expressions/scope.ts';
import { FAILURE } from './expressions/variables.ts';
import { runSeconds } from './tree/express.ts';
import type { Block, ResolvedWorkflow } from './tree/resolved.ts';

export function emit(resolved: ResolvedWorkflow, options: EmitOptions): Definition {
  const { workflow, block, onFailure } = resolved;
  const { read, used } = resolved;
  const context: EmitContext = {
    ...options,
    workflowId: workflow.id,
    read,
    used,
    runId: EXECUTION_ID,
    valuesOf: EXECUTION_VALUES,
    express: workflow.type === 'express',
    deadlines: [],
    emitBlock,
  };
  const timeout = runSeconds(workflow);
  const states = onFailure ? withOnFailure(resolved, onFailure, context) : mainFlow(resolved, block, context);
  return {
    Comment: workflowComment(workflow.id, options.version, workflow.description),
    QueryLanguage: 'JSONata',
    ...(timeout === undefined ? {} : { TimeoutSeconds: timeout }),
    ...states,
  };
}

function mainFlow(resolved: ResolvedWorkflow, block: Block, context: EmitContext): States {
  const { output, outputByLastStep } = resolved;
  const made = output === undefined ? undefined : emitOutput(output);
  const flow = new Flow(
    OUTPUT_STATE,
    made === undefined ? {} : outputByLastStep ? { lastOutput: made } : { endOutput: made },
  );
  emitBlock(block, flow.exit, flow, context);
  return flow.finish(entryOf(block), block);
}

/** The steps of on_failure run after any error, and then the run fails with it. */
function withOnFailure(resolved: ResolvedWorkflow, onFailure: Block, context: EmitContext): States {
  const inSteps = failingIn([resolved.block], []);
  const isOutputFailing = resolved.output !== undefined && holdsFailing(resolved.output);
  const failure = caughtError(inSteps === 'actions' && isOutputFailing ? 'expressions' : inSteps, {
    error: '{% $states.errorOutput.Error %}',
    cause: caughtCause,
  });
  const steps: State = {
    Type: 'Parallel',
    Branches: [mainFlow(resolved, resolved.block, context)],
    Catch: [catchAll({ Assign: { [FAILURE]: failure }, Next: entryOf(onFailure) })],
    Output: `{% ${BRANCH_RESULT} %}`,
    End: true,
  };
  // Step Functions refuses a state that nothing leads to: the steps may all end the run themselves.
  let isReached = !onFailure.ends;
  const guard = () => {
    isReached = true;
    return catchAll({ Next: FAILED_STATE });
  };
  const flow = new Flow(FAILED_STATE, { guard });
  flow.add(STEPS_STATE, steps);
  emitBlock(onFailure, { next: FAILED_STATE, results: [] }, flow, context);
  const failed: State = {
    Type: 'Fail',
    Error: `{% $${FAILURE}.error %}`,
    Cause: `{% $${FAILURE}.cause %}`,
  };
  if (isReached) flow.add(FAILED_STATE, failed);
  return flow.finish(STEPS_STATE, onFailure);
}
