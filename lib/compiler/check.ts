// Third pass: what is written against what Step Functions, the actions and other workflows take.
import type { CatalogueAction } from '../actions/catalogue.ts';
import { pointerTo } from '../json-pointer.ts';
import type { CheckContext } from './check/context.ts';
import { checkExpress } from './check/express.ts';
import { checkDefault } from './check/inputs.ts';
import { paramsChecker } from './check/params.ts';
import { checkRetry } from './check/retry.ts';
import { CallChains, type SavedWorkflows } from './check/saved-workflows.ts';
import { schemaChecker } from './check/schemas.ts';
import { checkSizes } from './check/sizes.ts';
import { kindOf } from './kinds.ts';
import type { Report } from './problems/problem.ts';
import { everyStep, type ResolvedWorkflow } from './tree/resolved.ts';

/** @param saved what is known of other workflows; undefined when nothing is */
export function check(
  resolved: ResolvedWorkflow,
  actions: ReadonlyMap<string, CatalogueAction>,
  saved: SavedWorkflows | undefined,
  report: Report,
): void {
  const { workflow, parsed } = resolved;
  for (const [name, declaration] of Object.entries(workflow.inputs ?? {})) {
    checkDefault(declaration, pointerTo(parsed.inputsPointer, name), report);
  }
  const context: CheckContext = {
    actions,
    workflowId: workflow.id,
    saved,
    callChains: new CallChains(workflow.id, saved),
    checkParams: paramsChecker(report),
    schemaProblem: schemaChecker(),
    report,
  };
  const steps = [resolved.block, ...(resolved.onFailure ? [resolved.onFailure] : [])].flatMap(everyStep);
  for (const step of steps) {
    const kind = kindOf(step.parsed);
    kind.check?.(step, context);
    checkRetry(step.parsed, (name) => kind.neverFailsWith?.(name, step), report);
  }
  checkSizes(resolved, steps, (step) => kindOf(step.parsed).isPayload === true, report);
  checkExpress(
    workflow,
    steps.map((step) => step.parsed),
    {
      notInExpress: (step) => kindOf(step).notInExpress?.(step),
      waits: (step) => kindOf(step).waits?.(step.step),
    },
    report,
  );
}
