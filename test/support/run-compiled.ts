// Compiles a workflow and runs it on the local Step Functions engine, with functions written in the test as its Lambdas.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DescribeExecutionOutput, HistoryEvent } from '@aws-sdk/client-sfn';
import { compile, type Definition } from '../../lib/compiler/compile.ts';
import { stepKinds } from '../../lib/compiler/definition.ts';
import { catalogue as fixture } from '../../lib/compiler/testing/catalogue.ts';
import { type ExecutionLog, executionLogOf } from '../../lib/executions/log.ts';
import { type Clock, systemClock } from '../../local/states/clock.ts';
import { createStates } from '../../local/states/states.ts';

/** What a step's Lambda gets. */
export interface Call {
  readonly function: string;
  readonly event: {
    readonly input: unknown;
    readonly connection?: string;
    readonly retry?: { readonly attempt: number; readonly max_attempts: number };
    readonly execution: {
      readonly id: string;
      readonly workflow_id: string;
      readonly step_id: string;
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
  readonly log: ExecutionLog;
  readonly calls: readonly Call[];
  readonly definition: Definition;
}

/** Answers a call; an `Error` returned becomes the Lambda's error, of that name and message. */
export type Answer = (call: Call, count: number) => unknown;

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
): Promise<Run> {
  const runner = await createRunner(catalogue, clock);
  try {
    return await runner.run(document, input, answer, others);
  } finally {
    await runner.close();
  }
}

/** An engine, and the Lambda endpoint that it calls, for runs one after the other. */
export async function createRunner(catalogue = fixture, clock: Clock = systemClock): Promise<Runner> {
  let calls: Call[] = [];
  let answerOf: Answer = () => null;
  const lambda = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const name =
      decodeURIComponent(request.url ?? '')
        .split('/')
        .at(-2) ?? '';
    const call: Call = {
      function: name.split(':').at(-1) ?? '',
      event: JSON.parse(Buffer.concat(chunks).toString()),
    };
    calls.push(call);
    const result = calledAgain(
      call,
      await answerOf(call, calls.filter((c) => c.function === call.function).length),
    );
    if (result instanceof Error) {
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
      response.end(JSON.stringify({ errorType: result.name, errorMessage: result.message, trace: ['at x'] }));
    } else {
      response.writeHead(200).end(JSON.stringify(result));
    }
  });
  await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
  let ended = (_stateMachineArn: string): void => {};
  const states = await createStates({
    database: ':memory:',
    lambdaEndpoint: `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`,
    ...place,
    clock,
    // Full jitter of nothing: retries wait no time.
    random: () => 0,
    onStatusChange: async (event) => {
      if (event.detail.status !== 'RUNNING') ended(event.detail.stateMachineArn);
    },
  });
  const request = async (operation: string, body: unknown): Promise<Record<string, unknown>> => {
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
  process.env['STATE_MACHINE_ARN_PREFIX'] = arn('states', 'stateMachine:');
  const compiledOf = (document: unknown) => {
    const compiled = compile(document, {
      catalogue,
      functionArn: (name) => arn('lambda', `function:${name}`),
      stateMachineArn: (id) => arn('states', `stateMachine:${id}:live`),
      version: 1,
    });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 2));
    return compiled;
  };
  const create = (name: string, definition: Definition) =>
    request('CreateStateMachine', {
      name,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::000000000000:role/states',
      publish: true,
    });
  let count = 0;
  return {
    async run(document, input, answer, others = []) {
      const compiled = compiledOf(document);
      calls = [];
      answerOf = answer;
      for (const other of others) {
        const { workflow, definition } = compiledOf(other);
        const { stateMachineVersionArn } = await create(workflow.id, definition);
        const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
        await request('CreateStateMachineAlias', { name: 'live', routingConfiguration });
      }
      const { stateMachineArn } = await create(`test${++count}`, compiled.definition);
      const end = new Promise<void>((resolve) => {
        ended = (of) => {
          if (of === stateMachineArn) resolve();
        };
      });
      const { executionArn } = await request('StartExecution', {
        stateMachineArn,
        input: JSON.stringify(input),
      });
      await end;
      const description = await request('DescribeExecution', { executionArn });
      const events = await historyOf(executionArn, request);
      await request('DeleteStateMachine', { stateMachineArn });
      return runOf(description, events, calls, compiled.definition);
    },
    async close() {
      await states.close();
      lambda.closeAllConnections();
      lambda.close();
    },
  };
}

type Dated = HistoryEvent & { timestamp: number };

async function historyOf(
  executionArn: unknown,
  request: (operation: string, body: unknown) => Promise<Record<string, unknown>>,
): Promise<Dated[]> {
  const all: Dated[] = [];
  let nextToken: unknown;
  do {
    const page = await request('GetExecutionHistory', { executionArn, maxResults: 1000, nextToken });
    all.push(...(page['events'] as Dated[]));
    nextToken = page['nextToken'];
  } while (nextToken !== undefined);
  return all;
}

function runOf(
  description: Record<string, unknown>,
  events: readonly Dated[],
  calls: readonly Call[],
  definition: Definition,
): Run {
  const dated = (seconds: unknown): Date => new Date(Number(seconds) * 1000);
  const log = executionLogOf(
    {
      executionId: 'test.1',
      workflowId: 'test',
      workflow: { version: 1, kinds: stepKinds(definition) },
      execution: {
        ...description,
        startDate: dated(description['startDate']),
        stopDate: dated(description['stopDate']),
      } as DescribeExecutionOutput,
    },
    events.map((event) => ({ ...event, timestamp: dated(event.timestamp) })),
  );
  return {
    status: String(description['status']),
    output: typeof description['output'] === 'string' ? JSON.parse(description['output']) : undefined,
    error: description['error'] as string | undefined,
    cause: description['cause'] as string | undefined,
    states: events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []),
    log,
    calls,
    definition,
  };
}
