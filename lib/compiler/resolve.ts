// Second pass: names and scopes. Every expression is parsed, its references found, typed and rewritten.
import type { CatalogueAction } from '../actions/catalogue.ts';
import { isExpress } from '../workflow-format/workflow.ts';
import { Guards } from './expressions/guards.ts';
import { NONE } from './expressions/name-set.ts';
import { testedNames } from './expressions/nullable.ts';
import { inputScope, type Scope, type Visible } from './expressions/scope.ts';
import { templateSplitter } from './expressions/template.ts';
import { anything } from './expressions/types.ts';
import { FAILURE } from './expressions/variables.ts';
import { hasTryState, isOneState, kindOf } from './kinds.ts';
import type { Report } from './problems/problem.ts';
import type { Place } from './resolve/context.ts';
import { loopPlans, type StepFacts } from './resolve/loop-plans.ts';
import { FAILED_ERROR } from './resolve/results.ts';
import { VisibleNames } from './resolve/visible-names.ts';
import { type Given, StepResolver, variablesSet } from './resolve-block.ts';
import { resolveOutput } from './resolve-output.ts';
import { allSteps, type Parsed, type ParsedStep } from './tree/parsed.ts';
import type { Block, ResolvedWorkflow } from './tree/resolved.ts';

/**
 * @param options see Scope.apiUrl, CompileOptions.given
 * @param spend see Scope.spend
 * @param seen see Scope.seen
 */
export function resolve(
  parsed: Parsed,
  actions: ReadonlyMap<string, CatalogueAction>,
  { apiUrl, given }: { readonly apiUrl: string; readonly given?: Given },
  spend: Scope['spend'],
  report: Report,
  seen?: Scope['seen'],
): ResolvedWorkflow {
  const { workflow } = parsed;
  const broken = new Map<string, Visible>(
    [...parsed.brokenSteps].map((id) => [id, { code: '(null)', ...anything }]),
  );
  const all = [...allSteps(parsed.steps), ...allSteps(parsed.onFailure)];
  const names = new VisibleNames(broken, new Set(all.map(({ step }) => step.id)));
  const read = new Set<string>();
  const used = new Set<string>();
  const scope: Scope = {
    ...outermostScope(parsed, names),
    apiUrl,
    read: (name, visible) => {
      read.add(name);
      used.add(name);
      return visible;
    },
    spend,
    ...(seen && { seen }),
  };
  const factsOf = (step: ParsedStep): StepFacts => ({
    furtherEvents: kindOf(step).furtherEvents?.(step.step) ?? 0,
    hasTryState: hasTryState(step),
    isOneState: isOneState(step),
  });
  const resolver = new StepResolver(
    names,
    actions,
    loopPlans([...parsed.steps, ...parsed.onFailure], factsOf, isExpress(workflow)),
    report,
    given,
  );
  const place: Place = {
    scope,
    // With on_failure the steps stand in a state of their own, around which are the steps of on_failure.
    outerVariables: parsed.onFailure.length > 0 ? [variablesSet(parsed.onFailure)] : [],
    variables: variablesSet(parsed.steps),
    returns: true,
    repeats: false,
  };
  const block = resolver.block(parsed.steps, place);

  const output = resolveOutput(workflow.output, block, scope, { read, used }, report);
  const onFailure =
    parsed.onFailure.length === 0 ? {} : { onFailure: resolveOnFailure(resolver, parsed, scope, names) };
  return {
    parsed,
    workflow,
    block,
    ...onFailure,
    ...(output ? { output: output.value } : {}),
    outputByLastStep: output?.byLastStep ?? false,
    read,
    used,
  };
}

/** What expressions see before the first step. */
function outermostScope(parsed: Parsed, names: VisibleNames): Omit<Scope, 'apiUrl' | 'read' | 'spend'> {
  const { workflow } = parsed;
  let tested: ReadonlySet<string> | undefined;
  return {
    workflowId: workflow.id,
    ...inputScope(workflow.inputs ?? {}, workflow.triggers ?? []),
    inputsPointer: parsed.isOlderFormat ? undefined : parsed.inputsPointer,
    steps: names.steps,
    laterSteps: names.later,
    hiddenSteps: names.hidden,
    vars: names.vars,
    loops: [],
    error: undefined,
    approval: undefined,
    currentStep: undefined,
    proven: NONE,
    guards: new Guards(),
    isTested: (name) => {
      tested ??= testedNames(workflow.steps, workflow.on_failure, workflow.output);
      return tested.has(name);
    },
    isTest: false,
    split: templateSplitter(),
  };
}

/** These run wherever the run failed, so that they see no step before them. */
function resolveOnFailure(resolver: StepResolver, parsed: Parsed, scope: Scope, names: VisibleNames): Block {
  names.hideAll('on_failure runs wherever the run failed: it sees error, inputs and execution.');
  const error = { code: `$${FAILURE}`, variable: FAILURE, type: FAILED_ERROR, certain: true };
  return resolver.block(parsed.onFailure, {
    scope: { ...scope, error },
    outerVariables: [],
    variables: variablesSet(parsed.onFailure),
    returns: false,
    repeats: false,
  });
}
