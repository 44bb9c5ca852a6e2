// An agent's tools and the schema of its answer.

import type { CatalogueAction } from '../../../actions/catalogue.ts';
import { pointerTo } from '../../../json-pointer.ts';
import { utf8Bytes } from '../../../utf8.ts';
import { stateName, toolState } from '../../asl/state-names.ts';
import type { CheckContext } from '../../check/context.ts';
import { checkNames } from '../../check/state-names.ts';
import { reportUnknownAction } from '../../check/unknown-action.ts';
import { isReadable, objectProblem, SCHEMA_HINT } from '../../expressions/schema-problem.ts';
import type { Value } from '../../expressions/value.ts';
import type { Report } from '../../problems/problem.ts';
import type { ResolvedStep, ResolvedTool } from '../../tree/resolved.ts';
import { AGENT_TURN, fixedWith } from './resolve.ts';

/**
 * The most bytes of JSON that tools and output_schema have together. Each turn's Task holds them with the
 * conversation (lib/agents/conversation.ts) and the results of the last calls, at most 256 KiB in all.
 */
const MAX_TOOLS_BYTES = 40_000;

export function checkAgent({ parsed, value, agent }: ResolvedStep<'agent'>, context: CheckContext): void {
  const { turn, tools = [] } = agent ?? {};
  const { step, pointer, valuesPointer } = parsed;
  if (turn) context.checkParams(turn, value, parsed);
  else reportUnknownAction(AGENT_TURN, valuesPointer, context);
  checkTools(tools, context);
  const longest = tools.flatMap(({ action }) =>
    action ? [stateName(toolState(step.id, action.id), 'retry_after')] : [],
  );
  checkNames(longest, pointer, context.report);
  checkOutputSchema(step.agent.output_schema, pointerTo(valuesPointer, 'output_schema'), context);
  checkBytes(value, valuesPointer, context.report);
}

function checkTools(tools: readonly ResolvedTool[], context: CheckContext): void {
  const seen = new Map<string, string>();
  for (const { given, pointer, actionPointer, action, fixed } of tools) {
    const before = seen.get(given.action);
    if (before === undefined) seen.set(given.action, pointer);
    else
      context.report({
        code: 'duplicate-tool',
        pointer,
        message: `The agent has the tool ${given.action} twice`,
        hint: `The other one is at ${before}. Each action can be a tool once.`,
      });
    if (!action) {
      reportUnknownAction(given.action, actionPointer, context);
      continue;
    }
    if (fixed)
      context.checkParams(withoutRequirements(action), fixed, {
        valuesPointer: pointerTo(pointer, 'params'),
      });
    checkFixedTogether(given.params ?? {}, action, pointerTo(pointer, 'params'), context.report);
  }
}

function checkFixedTogether(
  params: Readonly<Record<string, unknown>>,
  action: CatalogueAction,
  pointer: string,
  report: Report,
): void {
  for (const [name, needed] of Object.entries(fixedWith(action))) {
    // null leaves a parameter out.
    if ((params[name] ?? false) === false || (params[needed] ?? undefined) !== undefined) continue;
    report({
      code: 'invalid-parameter',
      pointer: pointerTo(pointer, name),
      message: `${name} cannot be given to an agent that chooses ${needed} itself`,
      hint: `Fix ${needed} in params too, or leave ${name} out.`,
    });
  }
}

function checkOutputSchema(
  schema: Readonly<Record<string, unknown>> | undefined,
  pointer: string,
  { schemaProblem, report }: CheckContext,
): void {
  // One that is not is too large for the agent, of which another problem tells.
  if (!schema || !isReadable(schema)) return;
  const wrong = schemaProblem(schema, pointer) ?? objectProblem(schema);
  if (wrong)
    report({
      code: 'invalid-schema',
      pointer: pointer + wrong.at,
      message: `output_schema is not the JSON Schema of an object: ${wrong.message}`,
      hint: SCHEMA_HINT,
    });
}

function checkBytes(value: Value, pointer: string, report: Report): void {
  const literals = value.kind === 'object' ? value.entries.filter(([, { kind }]) => kind === 'literal') : [];
  const bytes = literals
    .filter(([key]) => key === 'tools' || key === 'output_schema')
    .reduce((sum, [, part]) => sum + utf8Bytes(JSON.stringify(part)), 0);
  if (bytes > MAX_TOOLS_BYTES)
    report({
      code: 'literal-too-large',
      pointer,
      message: `The descriptions of the tools and output_schema have ${bytes} bytes as JSON; an agent can have ${MAX_TOOLS_BYTES}`,
      hint: 'Give it fewer tools, or fix more of their parameters.',
    });
}

/** By action, so that each is made once, and its validator too. */
const partial = new WeakMap<CatalogueAction, CatalogueAction>();

/** The action without the parameters that it requires: the model gives what the fixed ones leave out. */
function withoutRequirements(action: CatalogueAction): CatalogueAction {
  const { required, oneOf, anyOf, allOf, ...input } = action.input;
  const known = partial.get(action) ?? { ...action, input };
  partial.set(action, known);
  return known;
}
