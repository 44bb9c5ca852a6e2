// Runs every compiled definition on a Step Functions endpoint, with the examples of the catalogue as the functions' answers.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import { close, listen } from '../../local/shared/http-server.ts';

export interface Definition {
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly asl: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How a run ended, or the state that it waits in. */
export type Outcome =
  | { readonly refused: string }
  | {
      readonly status: string;
      readonly output?: unknown;
      readonly error?: string | undefined;
      /** In the engine's own words, which are not compared. */
      readonly cause?: string | undefined;
    }
  | { readonly status: 'RUNNING'; readonly state: string | undefined };

const account = '123456789012';
const prefixes: Readonly<Record<string, string>> = {
  '${FunctionArnPrefix}': `arn:aws:lambda:us-east-1:${account}:function:judged-`,
  '${StateMachineArnPrefix}': `arn:aws:states:us-east-1:${account}:stateMachine:judged-`,
  '${ApiUrl}': 'https://api.example',
};

const workflow = z.object({
  type: z.enum(['standard', 'express']).default('standard'),
  inputs: z
    .record(
      z.string(),
      z.object({ type: z.string(), format: z.string().optional(), default: z.unknown().optional() }),
    )
    .default({}),
});

const values: Readonly<Record<string, unknown>> = {
  string: 'a/b',
  integer: 3,
  number: 3,
  boolean: true,
  array: ['a', 'b', 'c'],
  object: { a: 1 },
};

/** Reads `<name>.asl.json`, and of the workflow beside it what its run is started with. */
export async function readDefinition(file: string): Promise<Definition> {
  const text = await readFile(file, 'utf8');
  const source = workflow.parse(
    JSON.parse(await readFile(file.replace('.asl.json', '.workflow.json'), 'utf8')),
  );
  const input = Object.entries(source.inputs).map(([name, { type, default: usual, format }]) => [
    name,
    usual ?? (format === 'date-time' || name === 'at' ? '2020-01-01T00:00:00Z' : values[type]),
  ]);
  return {
    name: basename(file, '.asl.json'),
    type: source.type === 'express' ? 'EXPRESS' : 'STANDARD',
    asl: Object.entries(prefixes).reduce((asl, [from, to]) => asl.replaceAll(from, to), text),
    input: Object.fromEntries(input),
  };
}

const asked = z.object({
  input: z.looseObject({
    tools: z.array(z.object({ name: z.string() })).default([]),
    conversation: z.unknown().optional(),
    response_format: z.object({ json_schema: z.object({ schema: z.unknown() }) }).optional(),
  }),
});

interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** A value that fits the schema. */
function sampleOf(schema: Schema = {}): unknown {
  const type = [schema.type].flat()[0];
  if (schema.enum) return schema.enum[0];
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, one]) => [key, sampleOf(one)]),
    );
  if (type === 'array') return [sampleOf(schema.items)];
  return type === 'string' ? 'Text' : type === 'boolean' ? true : type === 'null' ? null : 1;
}

/**
 * A Lambda Invoke API: each function answers with its action's example, one of no action with null. A model that is
 * given tools calls the first of them, and has done with the answer to that; one that is given a schema keeps to it.
 */
export async function createLambda(catalogue: Catalogue): Promise<{ url: string; close(): Promise<void> }> {
  const examples = new Map(catalogue.map(({ id, example }) => [id, example]));
  const actions = new Map(catalogue.map(({ function_name, id }) => [function_name, id]));
  const answerOf = (action: string | undefined, event: unknown): unknown => {
    const output = examples.get(action ?? '')?.output;
    const { data } = asked.safeParse(event);
    const schema = data?.input.response_format?.json_schema.schema;
    if (schema) return { ...output, json: sampleOf(schema) };
    if (action !== 'openai.agent_turn' || !data) return output ?? null;
    const tool = data.input.tools[0]?.name;
    if (tool === undefined || data.input.conversation != null) {
      return { ...output, done: true, text: 'Done.', tool_calls: [] };
    }
    const call = { id: 'call_1', tool, arguments: examples.get(tool)?.input ?? {} };
    return { ...output, tool_calls: [call] };
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const name = decodeURIComponent(request.url?.split('/').at(-2) ?? '');
    const action = actions.get(name.replace(/^.*judged-/, '').replace(/:.*$/, ''));
    const answer = answerOf(action, JSON.parse(Buffer.concat(chunks).toString() || 'null'));
    response.writeHead(200, { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' });
    response.end(JSON.stringify(answer));
  });
  const url = await listen(server, 0);
  return { url, close: () => close(server) };
}

/** Runs them at the same time; one that has not ended after `patience` milliseconds waits for something. */
export async function runDefinitions(
  sfn: SFNClient,
  definitions: readonly Definition[],
  patience: number,
): Promise<ReadonlyMap<string, Outcome>> {
  const arns = new Map<string, string>();
  const outcomes = new Map<string, Outcome>();
  for (const { name, asl, type } of definitions) {
    try {
      arns.set(name, await create(sfn, name, asl, type));
    } catch (error) {
      outcomes.set(name, { refused: messageOf(error) });
    }
  }
  await Promise.all(
    definitions.map(async (definition) => {
      const arn = arns.get(definition.name);
      if (arn === undefined) return;
      const outcome = runOne(sfn, arn, definition, patience);
      outcomes.set(definition.name, await outcome.catch((error: unknown) => ({ refused: messageOf(error) })));
    }),
  );
  return outcomes;
}

async function create(sfn: SFNClient, name: string, definition: string, type: Definition['type']) {
  const created = await sfn.send(
    new CreateStateMachineCommand({
      name: `judged-${name}`,
      definition,
      type,
      roleArn: `arn:aws:iam::${account}:role/judged`,
      publish: true,
    }),
  );
  const { stateMachineArn, stateMachineVersionArn } = created;
  if (stateMachineVersionArn !== undefined) {
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    await sfn
      .send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }))
      .catch(() => {});
  }
  return z.string().parse(stateMachineArn);
}

async function runOne(
  sfn: SFNClient,
  stateMachineArn: string,
  { type, input }: Definition,
  patience: number,
): Promise<Outcome> {
  const request = { stateMachineArn, input: JSON.stringify(input) };
  if (type === 'EXPRESS') return ended(await sfn.send(new StartSyncExecutionCommand(request)));
  const { executionArn } = await sfn.send(new StartExecutionCommand(request));
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return ended(execution);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  await sfn.send(new StopExecutionCommand({ executionArn }));
  const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  return { status: 'RUNNING', state: entered.at(-1) };
}

function ended({
  status,
  output,
  error,
  cause,
}: Pick<DescribeExecutionOutput, 'status' | 'output' | 'error' | 'cause'>): Outcome {
  return output === undefined
    ? { status: String(status), error, cause }
    : { status: String(status), output: parsed(output) };
}

/** moto gives an output that is a text without its quotes. */
function parsed(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return output;
  }
}

/** Whether both ended alike, whatever words they have for it. */
export function same(one: Outcome | undefined, other: Outcome | undefined): boolean {
  const compared = (outcome: Outcome | undefined) => ({ ...outcome, cause: undefined });
  return one !== undefined && other !== undefined && isDeepStrictEqual(compared(one), compared(other));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
