// An agent's goal and tools, resolved.
import type { CatalogueAction, JsonSchema } from '../../../actions/catalogue.ts';
import { heedsEarlierTries } from '../../../effect.ts';
import { pointerTo } from '../../../json-pointer.ts';
import { DEFAULT_MAX_TURNS } from '../../../workflow-format/steps.ts';
import { exclusiveNames } from '../../check/choices.ts';
import { withoutDialect } from '../../expressions/schema.ts';
import { formProblem, isReadable, objectProblem } from '../../expressions/schema-problem.ts';
import { fromSchema } from '../../expressions/schema-types.ts';
import { type Known, unknown } from '../../expressions/types.ts';
import { resolveValue } from '../../expressions/value.ts';
import type { KindResult, Place, ResolveContext } from '../../resolve/context.ts';
import type { ParsedStep } from '../../tree/parsed.ts';
import type { ResolvedTool } from '../../tree/resolved.ts';

/** The action that asks the model, once a turn. */
export const AGENT_TURN = 'openai.agent_turn';

export function resolveAgent(
  { step: { agent }, valuesPointer }: ParsedStep<'agent'>,
  { scope }: Place,
  { actions, report }: ResolveContext,
): KindResult {
  const {
    goal,
    instructions,
    model,
    models,
    temperature,
    reasoning_effort,
    verbosity,
    output_schema,
    max_turns = DEFAULT_MAX_TURNS,
  } = agent;
  const tools = agent.tools.map((written, index): ResolvedTool => {
    const given = typeof written === 'string' ? { action: written } : written;
    const pointer = pointerTo(valuesPointer, 'tools', index);
    const action = actions.get(given.action);
    return {
      given,
      pointer,
      actionPointer: typeof written === 'string' ? pointer : pointerTo(pointer, 'action'),
      ...(action && { action }),
      ...(given.params && { fixed: resolveValue(given.params, pointerTo(pointer, 'params'), scope, report) }),
    };
  });
  const asked = Object.entries({
    ...{ goal, instructions, model, models, temperature, reasoning_effort, verbosity },
  })
    .filter(([, given]) => given !== undefined)
    .map(([key, given]) => [key, resolveValue(given, pointerTo(valuesPointer, key), scope, report)] as const);
  const literals = {
    tools: tools.flatMap((tool) => {
      if (!tool.action) return [];
      const shown = shownTool(tool, tool.action);
      scope.spend(JSON.stringify(shown).length);
      return [shown];
    }),
    ...(output_schema && { output_schema: withoutDialect(output_schema) }),
    max_turns,
  };
  const turn = actions.get(AGENT_TURN);
  return {
    value: {
      kind: 'object',
      entries: [
        ...asked,
        ...Object.entries(literals).map(([key, value]) => [key, { kind: 'literal', value }] as const),
      ],
    },
    known: { type: answerType(output_schema, turn), certain: true },
    agent: { ...(turn && { turn }), tools },
    evaluated: tools.flatMap(({ fixed }) => fixed ?? []),
  };
}

/** The answer in the action's output schema, with `json` as the step's output_schema describes it. */
function answerType(
  schema: Readonly<Record<string, unknown>> | undefined,
  turn: CatalogueAction | undefined,
): Known['type'] {
  const { answer } = turn?.output.properties ?? {};
  const type = fromSchema(answer, turn?.output);
  if (type.kind !== 'object') return unknown;
  const fields = new Map(type.fields);
  fields.delete('json');
  // Of what is no schema nothing is known; the check reports it.
  if (schema)
    fields.set('json', {
      type:
        isReadable(schema) && !(formProblem(schema) ?? objectProblem(schema)) ? fromSchema(schema) : unknown,
      certain: true,
    });
  return { ...type, fields };
}

/** A tool as the model is shown it: without the parameters that are fixed. */
function shownTool({ given }: ResolvedTool, action: CatalogueAction): unknown {
  return {
    name: action.id,
    description: given.description ?? action.summary,
    parameters: withoutParameters(
      action.input,
      withExclusive(action.input, [...Object.keys(given.params ?? {}), ...Object.keys(fixedWith(action))]),
    ),
    ...(heedsEarlierTries(action) ? { writes: true } : {}),
  };
}

/**
 * An action's parameters that only the author of a workflow may give, never a model, each with the parameter that has to
 * be fixed too: what they allow would be open to the model otherwise.
 */
export function fixedWith({ input }: CatalogueAction): Record<string, string> {
  return Object.fromEntries(
    Object.entries(input.properties ?? {}).flatMap(([name, schema]) => {
      const needed = schema['x-fixed-with'];
      return typeof needed === 'string' ? [[name, needed]] : [];
    }),
  );
}

/** The names, and those that cannot be given beside one of them. */
function withExclusive({ not }: JsonSchema, names: readonly string[]): readonly string[] {
  const exclusive = exclusiveNames(not) ?? [];
  return exclusive.some((name) => names.includes(name)) ? [...names, ...exclusive] : names;
}

/** The schema of what is left to give, also in choices that say only which parameters are required. */
function withoutParameters(schema: JsonSchema, names: readonly string[]): JsonSchema {
  const { required, properties, ...rest } = withoutDialect(schema);
  const choices = (['oneOf', 'anyOf', 'allOf'] as const).flatMap((keyword) => {
    const options = schema[keyword];
    return options ? [[keyword, options.map((option) => withoutParameters(option, names))]] : [];
  });
  const stillRequired = schema.required?.filter((name) => !names.includes(name));
  return {
    ...rest,
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).filter(([name]) => !names.includes(name)),
      ),
    }),
    ...(stillRequired && { required: stillRequired }),
    ...Object.fromEntries(choices),
  };
}
