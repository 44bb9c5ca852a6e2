// What an `agent` step is made of: its goal and its tools resolved, and what can be wrong with them.
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { CatalogueAction, JsonSchema } from '../../../actions/catalogue.ts';
import { pointerTo, valueAt } from '../../../json-pointer.ts';
import { type AgentStep, DEFAULT_MAX_TURNS } from '../../../workflow-format/workflow.ts';
import { stateName, toolState } from '../../asl/state-names.ts';
import type { paramsChecker } from '../../check/params.ts';
import { checkNames } from '../../check/state-names.ts';
import type { Scope } from '../../expressions/scope.ts';
import { fromSchema, type Known, unknown } from '../../expressions/types.ts';
import { resolveValue, type Value } from '../../expressions/value.ts';
import type { Report } from '../../problems/problem.ts';
import { shown } from '../../problems/suggestions.ts';
import type { ParsedStep } from '../../tree/parsed.ts';
import type { ResolvedAgent, ResolvedTool } from '../../tree/resolved.ts';

/** The action that asks the model, once a turn. */
export const AGENT_TURN = 'openai.agent_turn';

/**
 * The most bytes of JSON that tools and output_schema have together. Each turn's Task holds them with the
 * conversation (lib/agents/conversation.ts) and the results of the last calls, at most 256 KiB in all.
 */
const MAX_TOOLS_BYTES = 40_000;

export function resolveAgent(
  { agent }: AgentStep,
  { valuesPointer }: ParsedStep,
  actions: ReadonlyMap<string, CatalogueAction>,
  scope: Scope,
  report: Report,
): { value: Value; known: Known; agent: ResolvedAgent } {
  const { goal, instructions, model, temperature, output_schema, max_turns = DEFAULT_MAX_TURNS } = agent;
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
  const asked = Object.entries({ goal, instructions, model, temperature })
    .filter(([, given]) => given !== undefined)
    .map(([key, given]) => [key, resolveValue(given, pointerTo(valuesPointer, key), scope, report)] as const);
  const literals = {
    tools: tools.flatMap((tool) => (tool.action ? [shownTool(tool, tool.action)] : [])),
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
  };
}

/** What the action says that it answers, with `json` as output_schema describes it. */
function answerType(schema: unknown, turn: CatalogueAction | undefined): Known['type'] {
  const { answer } = turn?.output.properties ?? {};
  const type = fromSchema(answer, turn?.output);
  if (type.kind !== 'object') return unknown;
  const fields = new Map(type.fields);
  fields.delete('json');
  if (schema !== undefined) fields.set('json', { type: fromSchema(schema), certain: true });
  return { ...type, fields };
}

/** A tool as the model is shown it: without the parameters that are fixed. */
function shownTool({ given }: ResolvedTool, action: CatalogueAction): unknown {
  return {
    name: action.id,
    description: given.description ?? action.summary,
    parameters: withoutParameters(action.input, Object.keys(given.params ?? {})),
    ...(action.effect === 'write' ? { writes: true } : {}),
  };
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

/** Schemas are read as draft 2020-12, whatever they say. */
function withoutDialect<Schema extends Readonly<Record<string, unknown>>>(
  schema: Schema,
): Omit<Schema, '$schema'> {
  const { $schema: _, ...rest } = schema;
  return rest;
}

export function checkAgent(
  { agent: { output_schema }, id }: AgentStep,
  { turn, tools }: ResolvedAgent,
  value: Value,
  parsed: ParsedStep,
  checkParams: ReturnType<typeof paramsChecker>,
  unknownAction: (name: string, pointer: string) => void,
  report: Report,
): void {
  const { valuesPointer } = parsed;
  if (turn) checkParams(turn, value, parsed);
  else unknownAction(AGENT_TURN, valuesPointer);
  const seen = new Map<string, string>();
  for (const { given, pointer, actionPointer, action, fixed } of tools) {
    const before = seen.get(given.action);
    if (before === undefined) seen.set(given.action, pointer);
    else
      report({
        code: 'duplicate-tool',
        pointer,
        message: `The agent has the tool ${given.action} twice`,
        hint: `The other one is at ${before}. Each action can be a tool once.`,
      });
    if (!action) {
      unknownAction(given.action, actionPointer);
      continue;
    }
    if (fixed) checkParams(loose(action), fixed, { valuesPointer: pointerTo(pointer, 'params') });
  }
  const names = tools.flatMap(({ action }) =>
    action ? [stateName(toolState(id, action.id), 'retry_after')] : [],
  );
  checkNames(names, parsed.pointer, report);
  const wrong = output_schema && schemaProblem(output_schema);
  if (wrong)
    report({
      code: 'invalid-schema',
      pointer: pointerTo(valuesPointer, 'output_schema') + wrong.at,
      message: `output_schema is no JSON Schema of an object: ${wrong.message}`,
      hint: 'It looks like {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"], "additionalProperties": false}.',
    });
  const literals = value.kind === 'object' ? value.entries.filter(([, { kind }]) => kind === 'literal') : [];
  const bytes = literals
    .filter(([key]) => key === 'tools' || key === 'output_schema')
    .reduce((sum, [, part]) => sum + Buffer.byteLength(JSON.stringify(part)), 0);
  if (bytes > MAX_TOOLS_BYTES)
    report({
      code: 'literal-too-large',
      pointer: valuesPointer,
      message: `The descriptions of the tools and output_schema have ${bytes} bytes as JSON; an agent can have ${MAX_TOOLS_BYTES}`,
      hint: 'Give it fewer tools, or fix more of their parameters.',
    });
}

/** The action as far as fixed parameters have to fit it: what they leave out, the model gives. */
function loose(action: CatalogueAction): CatalogueAction {
  const { required, oneOf, anyOf, allOf, ...input } = action.input;
  return { ...action, input };
}

const reading = { strict: false, validateFormats: false, logger: false, allErrors: true } as const;

/** What is wrong with a schema, and where in it. */
function schemaProblem(
  schema: Readonly<Record<string, unknown>>,
): { at: string; message: string } | undefined {
  const plain = withoutDialect(schema);
  const ajv = new Ajv2020(reading);
  if (!ajv.validateSchema(plain)) {
    const [{ instancePath: at, message } = { instancePath: '', message: undefined }] = ajv.errors ?? [];
    return { at, message: `${shown(valueAt(plain, at))} ${message}` };
  }
  if (schema['type'] !== 'object') return { at: '', message: 'its "type" has to be "object"' };
  try {
    ajv.compile(plain);
    return undefined;
  } catch (error) {
    return { at: '', message: error instanceof Error ? error.message : String(error) };
  }
}
