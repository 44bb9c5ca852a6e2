// Compiles a workflow and runs it on the local Step Functions engine, with functions written in the test as its Lambdas.
import http from 'node:http';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type HistoryEvent,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { kindsOfSteps } from '../../lib/compiler/asl/definition.ts';
import { compile, type Definition } from '../../lib/compiler/compile.ts';
import { catalogue as fixture } from '../../lib/compiler/testing/catalogue.ts';
import { executionHistory } from '../../lib/execution-history.ts';
import { executionLogOf, iterationSteps } from '../../lib/executions/log.ts';
import { type MapRuns, readMapRuns } from '../../lib/executions/map-runs.ts';
import type { ExecutionLog } from '../../lib/schemas/execution-log.ts';
import { createAwsServer } from '../../local/aws/server.ts';
import { listen } from '../../local/shared/http-server.ts';
import { createStates } from '../../local/states/create-states.ts';
import { type Clock, systemClock } from '../../local/states/model/clock.ts';

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
  let calls: Call[] = [];
  let counts = new Map<string, number>();
  let answerOf: Answer = () => null;
  const lambda = http.createServer(async (incoming, response) => {
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
    const given =
      call.function === 'request-approval' && onRequest
        ? await onRequest(call.event, send)
        : await answerOf(call, count);
    const result = calledAgain(call, given);
    if (result instanceof Error) {
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
      response.end(JSON.stringify({ errorType: result.name, errorMessage: result.message, trace: ['at x'] }));
    } else {
      response.writeHead(200).end(JSON.stringify(result));
    }
  });
  const lambdaEndpoint = await listen(lambda, 0);
  let ended = (_stateMachineArn: string): void => {};
  const states = await createStates({
    database: ':memory:',
    lambdaEndpoint,
    ...place,
    clock,
    // Full jitter of nothing: retries wait no time.
    random: () => 0,
    onStatusChange: async (event) => {
      if (event.detail.status !== 'RUNNING') ended(event.detail.stateMachineArn);
    },
  });
  const send: Send = async (operation, body) => {
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
  const server = createAwsServer([states]);
  const client = new SFNClient({
    endpoint: await server.listen(0),
    region: place.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  process.env['STATE_MACHINE_ARN_PREFIX'] = arn('states', 'stateMachine:');
  const compiledOf = (document: unknown) => {
    const compiled = compile(document, {
      catalogue,
      functionArn: (name) => arn('lambda', `function:${name}`),
      stateMachineArn: (id) => arn('states', `stateMachine:${id}:live`),
      version: 1,
      apiUrl: 'https://api.example.com',
    });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 2));
    return compiled;
  };
  const create = (name: string, definition: Definition) =>
    client.send(
      new CreateStateMachineCommand({
        name,
        definition: JSON.stringify(definition),
        roleArn: 'arn:aws:iam::000000000000:role/states',
        publish: true,
      }),
    );
  let count = 0;
  /** Those that are there for the workflows that run them. */
  const created = new Set<unknown>();
  return {
    async run(document, input, answer, others = []) {
      const compiled = compiledOf(document);
      calls = [];
      counts = new Map();
      answerOf = answer;
      for (const other of others) {
        if (created.has(other)) continue;
        created.add(other);
        const { workflow, definition } = compiledOf(other);
        const { stateMachineVersionArn } = await create(workflow.id, definition);
        const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
        await client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));
      }
      const { stateMachineArn } = await create(`test${++count}`, compiled.definition);
      const end = new Promise<void>((resolve) => {
        ended = (of) => {
          if (of === stateMachineArn) resolve();
        };
      });
      const { executionArn = '' } = await client.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
      );
      await end;
      const description = await client.send(new DescribeExecutionCommand({ executionArn }));
      const history = await executionHistory(executionArn, client);
      const kinds = kindsOfSteps(compiled.definition);
      const mapRuns = await readMapRuns(history, iterationSteps(kinds), client);
      const iterations = await iterationHistories(mapRuns, client);
      await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
      return {
        ...runOf(description, history, kinds, mapRuns),
        iterations: iterations.map(entered),
        calls,
        definition: compiled.definition,
      };
    },
    async close() {
      client.destroy();
      await server.close();
      await states.close();
      lambda.closeAllConnections();
      lambda.close();
    },
  };
}

function runOf(
  execution: DescribeExecutionOutput,
  history: readonly HistoryEvent[],
  kinds: ReadonlyMap<string, string>,
  mapRuns: MapRuns,
): Pick<Run, 'status' | 'output' | 'error' | 'cause' | 'states' | 'log'> {
  const { status = '', output, error, cause } = execution;
  return {
    status,
    output: output === undefined ? undefined : JSON.parse(output),
    error,
    cause,
    states: entered(history),
    log: executionLogOf(
      {
        executionId: 'test.1',
        workflowId: 'test',
        workflow: { version: 1, kinds, rerunOf: null },
        mapRuns,
      },
      history,
    ),
  };
}

function entered(history: readonly HistoryEvent[]): string[] {
  return history.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
}

/** In the order in which the iterations were started. */
async function iterationHistories(mapRuns: MapRuns, client: SFNClient): Promise<HistoryEvent[][]> {
  const histories: HistoryEvent[][] = [];
  for (const mapRunArn of mapRuns.keys()) {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn, maxResults: 100 }));
    for (const { executionArn = '' } of executions.toReversed())
      histories.push(await executionHistory(executionArn, client));
  }
  return histories;
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
