// Compiles a workflow and runs it on the local Step Functions engine, with functions written in the test as its Lambdas.
import http from 'node:http';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { kindsOfSteps } from '../../lib/compiler/asl/definition.ts';
import { compile, type Definition } from '../../lib/compiler/compile.ts';
import { catalogue as fixture } from '../../lib/compiler/testing/catalogue.ts';
import type { ExecutionLog } from '../../lib/schemas/execution-log.ts';
import { createAwsServer } from '../../local/aws/server.ts';
import { listen } from '../../local/shared/http-server.ts';
import { createStates } from '../../local/states/create-states.ts';
import { type Clock, systemClock } from '../../local/states/model/clock.ts';
import { readRun } from './read-run.ts';

/** What a step's Lambda gets. */
export interface Call {
  readonly function: string;
  readonly event: {
    readonly input: unknown;
    readonly connection?: string;
    /** Of an approval. */
    readonly approval_id?: string;
    readonly task_token?: string;
    readonly retry?: { readonly attempt: number; readonly max_attempts: number };
    readonly execution: {
      readonly id: string;
      readonly workflow_id: string;
      readonly step_id: string;
      readonly first_try?: boolean;
      readonly call_id?: string;
    };
  };
}

export interface Run {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Names of the states entered, in order. */
  readonly states: readonly string[];
  /** Those entered in each execution of the distributed loops, of many of a hundred. */
  readonly iterations: readonly (readonly string[])[];
  readonly log: ExecutionLog;
  readonly calls: readonly Call[];
  readonly definition: Definition;
}

/** Sends an operation of the Step Functions API, and gives its answer. */
export type Send = (operation: string, body: unknown) => Promise<Record<string, unknown>>;

/** Answers a call; an `Error` returned becomes the Lambda's error, of that name and message. */
export type Answer = (call: Call, count: number) => unknown;

/** Answers the call in which a step asks a person, in place of the function that stores what is asked. */
export type OnRequest = (event: Call['event'], send: Send) => unknown;

/** As defineAction does with a rate limit, whose time is over at once. */
function calledAgain({ event: { retry } }: Call, result: unknown): unknown {
  if (!(result instanceof Error) || result.name !== 'RateLimited') return result;
  const again = retry !== undefined && retry.attempt < retry.max_attempts;
  return again ? Object.assign(new Error('0'), { name: 'RetryAfter' }) : result;
}

const place = { region: 'us-east-1', accountId: '000000000000' };
const arn = (kind: string, name: string): string => `arn:aws:${kind}:us-east-1:000000000000:${name}`;

export interface Runner {
  /**
   * Compiles the document and runs it to its end; one run at a time.
   * @param others the workflows that it runs
   */
  run(document: unknown, input: unknown, answer: Answer, others?: readonly unknown[]): Promise<Run>;
  close(): Promise<void>;
}

export async function run(
  document: unknown,
  input: unknown,
  answer: Answer,
  catalogue = fixture,
  clock: Clock = systemClock,
  others: readonly unknown[] = [],
  onRequest?: OnRequest,
): Promise<Run> {
  const runner = await createRunner(catalogue, clock, onRequest);
  try {
    return await runner.run(document, input, answer, others);
  } finally {
    await runner.close();
  }
}

/** An engine, and the Lambda endpoint that it calls, for runs one after the other. */
export async function createRunner(
  catalogue = fixture,
  clock: Clock = systemClock,
  onRequest?: OnRequest,
): Promise<Runner> {
  const functions = await startFunctions(onRequest && ((event) => onRequest(event, sendTo(states))));
  let ended = (_stateMachineArn: string): void => {};
  const states: States = await createStates({
    database: ':memory:',
    lambdaEndpoint: functions.url,
    ...place,
    clock,
    // Full jitter of nothing: retries wait no time.
    random: () => 0,
    onStatusChange: async (event) => {
      if (event.detail.status !== 'RUNNING') ended(event.detail.stateMachineArn);
    },
  });
  const server = createAwsServer([states]);
  const client = new SFNClient({
    endpoint: await server.listen(0),
    region: place.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  process.env['STATE_MACHINE_ARN_PREFIX'] = arn('states', 'stateMachine:');
  let count = 0;
  /** Those that are there for the workflows that run them. */
  const created = new Set<unknown>();
  return {
    async run(document, input, answer, others = []) {
      const { definition } = compiledOf(document, catalogue);
      functions.answerBy(answer);
      for (const other of others) {
        if (!created.has(other)) await createLive(other, catalogue, client);
        created.add(other);
      }
      const { stateMachineArn } = await create(`test${++count}`, definition, client);
      const end = new Promise<void>((resolve) => {
        ended = (of) => {
          if (of === stateMachineArn) resolve();
        };
      });
      const { executionArn = '' } = await client.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
      );
      await end;
      const run = await readRun(executionArn, kindsOfSteps(definition), client);
      await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
      return { ...run, calls: functions.calls(), definition };
    },
    async close() {
      client.destroy();
      await server.close();
      await states.close();
      functions.close();
    },
  };
}

type States = Awaited<ReturnType<typeof createStates>>;

/**
 * The Lambda endpoint.
 * @param onRequest answers the call in which a step asks a person, in place of the run's answer
 */
async function startFunctions(onRequest: ((event: Call['event']) => unknown) | undefined) {
  let calls: Call[] = [];
  let counts = new Map<string, number>();
  let answerOf: Answer = () => null;
  const server = http.createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const name =
      decodeURIComponent(incoming.url ?? '')
        .split('/')
        .at(-2) ?? '';
    const call: Call = {
      function: name.split(':').at(-1) ?? '',
      event: JSON.parse(Buffer.concat(chunks).toString()),
    };
    calls.push(call);
    const count = (counts.get(call.function) ?? 0) + 1;
    counts.set(call.function, count);
    const isRequest = call.function === 'request-approval' && onRequest;
    const given = await (isRequest ? onRequest(call.event) : answerOf(call, count));
    const result = calledAgain(call, given);
    if (result instanceof Error) {
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
      response.end(JSON.stringify({ errorType: result.name, errorMessage: result.message, trace: ['at x'] }));
    } else {
      response.writeHead(200).end(JSON.stringify(result));
    }
  });
  return {
    url: await listen(server, 0),
    /** Those of the run. */
    calls: () => calls,
    /** Begins a run. */
    answerBy(answer: Answer) {
      calls = [];
      counts = new Map();
      answerOf = answer;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const sendTo =
  (states: States): Send =>
  async (operation, body) => {
    const reply = await states.handle({
      method: 'POST',
      target: '/',
      url: new URL('http://127.0.0.1/'),
      headers: {
        'x-amz-target': `AWSStepFunctions.${operation}`,
        'content-type': 'application/x-amz-json-1.0',
      },
      body: Buffer.from(JSON.stringify(body)),
    });
    const value = JSON.parse(String(reply.body));
    if (reply.status !== 200) throw new Error(`${operation}: ${String(reply.body)}`);
    return value;
  };

function compiledOf(document: unknown, catalogue: typeof fixture) {
  const compiled = compile(document, {
    catalogue,
    functionArn: (name) => arn('lambda', `function:${name}`),
    stateMachineArn: (id) => arn('states', `stateMachine:${id}:live`),
    version: 1,
    apiUrl: 'https://api.example.com',
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 2));
  return compiled;
}

function create(name: string, definition: Definition, client: SFNClient) {
  return client.send(
    new CreateStateMachineCommand({
      name,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::000000000000:role/states',
      publish: true,
    }),
  );
}

/** Under the alias by which workflows run others. */
async function createLive(document: unknown, catalogue: typeof fixture, client: SFNClient): Promise<void> {
  const { workflow, definition } = compiledOf(document, catalogue);
  const { stateMachineVersionArn } = await create(workflow.id, definition, client);
  const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
  await client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));
}

/** Waits until the step that asked waits for its answer, from when its time runs. */
export async function waitsUnder(event: Call['event'], send: Send): Promise<void> {
  for (;;) {
    const { events } = await send('GetExecutionHistory', {
      executionArn: event.execution.id,
      reverseOrder: true,
      maxResults: 1,
    });
    if (JSON.stringify(events).includes('TaskSubmitted')) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
