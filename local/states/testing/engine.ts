// For tests: an engine behind HTTP on a free port, a function server, and a clock that tests advance.

import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type AwsServer, createAwsServer } from '../../aws/server.ts';
import type { AwsService } from '../../aws/service.ts';
import { localSignature } from '../../aws/signature.ts';
import { createStates, type StatesOptions } from '../create-states.ts';
import type { Clock } from '../model/clock.ts';
import { jsonText, jsonValue } from '../model/json.ts';
import type { StatusChangeEvent } from '../persistence/status-event.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/test';
export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** An event that occurs repeatedly, for any number of waiters. */
class Signal {
  #next = Promise.withResolvers<void>();

  get next(): Promise<void> {
    return this.#next.promise;
  }

  fire(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
  }
}

/** Stands still until a test advances it. */
export class TestClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  readonly #scheduled = new Signal();

  now = () => this.#now;

  schedule(at: number, callback: () => void): () => void {
    const timer = { at, callback };
    this.#timers.add(timer);
    this.#scheduled.fire();
    return () => this.#timers.delete(timer);
  }

  /** Resolves when that many timers are set. */
  async untilTimers(count: number): Promise<void> {
    while (this.#timers.size < count) await this.#scheduled.next;
  }

  /** Resolves when a timer is set for that many milliseconds from now. */
  async untilTimerIn(ms: number): Promise<void> {
    while (![...this.#timers].some(({ at }) => at === this.#now + ms)) await this.#scheduled.next;
  }

  /** Milliseconds to the next timer, once there is one. */
  async untilTimer(): Promise<number> {
    await this.untilTimers(1);
    return Math.min(...[...this.#timers].map(({ at }) => at)) - this.#now;
  }

  /** Advances and fires the timers that are due. */
  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

async function listen(server: http.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a listening TCP server has one
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export interface FunctionCall {
  readonly name: string;
  readonly payload: unknown;
}

/** What a function answers: its payload, an error that it threw, or any HTTP response; undefined: it never answers. */
export type FunctionAnswer =
  | { readonly payload: unknown }
  | { readonly errorType: string; readonly errorMessage: string }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: string }
  | { readonly drop: true }
  | undefined;

/** A server of the Lambda Invoke API. */
export class FunctionServer {
  readonly calls: FunctionCall[] = [];
  readonly #server: http.Server;
  #answer: (call: FunctionCall) => FunctionAnswer;
  readonly #called = new Signal();
  endpoint = '';

  private constructor(answer: (call: FunctionCall) => FunctionAnswer) {
    this.#answer = answer;
    this.#server = http.createServer((request, response) => void this.#serve(request, response));
  }

  static async start(answer: (call: FunctionCall) => FunctionAnswer): Promise<FunctionServer> {
    const server = new FunctionServer(answer);
    server.endpoint = await listen(server.#server);
    return server;
  }

  answerWith(answer: (call: FunctionCall) => FunctionAnswer): void {
    this.#answer = answer;
  }

  /** Resolves when there have been that many calls. */
  async untilCalls(count: number): Promise<void> {
    while (this.calls.length < count) await this.#called.next;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const name = decodeURIComponent(/functions\/([^/]+)\//.exec(request.url ?? '')?.[1] ?? '');
    const call = { name, payload: jsonValue((await bodyOf(request)).toString()) };
    this.calls.push(call);
    this.#called.fire();
    const answer = this.#answer(call);
    if (!answer) return;
    if ('drop' in answer) {
      response.destroy();
    } else if ('payload' in answer) {
      response.end(jsonText(answer.payload));
    } else if ('status' in answer) {
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } else {
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end(JSON.stringify(answer));
    }
  }
}

export interface Ended {
  readonly execution: DescribeExecutionOutput;
  readonly events: readonly HistoryEvent[];
  /** Parsed. */
  readonly output: unknown;
}

/** An engine and a client of it. */
export class TestEngine {
  readonly client: SFNClient;
  readonly endpoint: string;
  readonly statusEvents: readonly StatusChangeEvent[];
  readonly #service: AwsService;
  readonly #server: AwsServer;
  readonly #status: Signal;
  #machines = 0;

  private constructor(
    service: AwsService,
    server: AwsServer,
    endpoint: string,
    statusEvents: readonly StatusChangeEvent[],
    status: Signal,
  ) {
    this.#service = service;
    this.#server = server;
    this.endpoint = endpoint;
    this.statusEvents = statusEvents;
    this.#status = status;
    this.client = new SFNClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      // StartSyncExecution and TestState would go to `sync-127.0.0.1`.
      disableHostPrefix: true,
    });
  }

  static async start(options: Partial<StatesOptions> = {}): Promise<TestEngine> {
    const statusEvents: StatusChangeEvent[] = [];
    const status = new Signal();
    const service = await createStates({
      database: ':memory:',
      lambdaEndpoint: undefined,
      region: 'us-east-1',
      accountId: '000000000000',
      ...options,
      async onStatusChange(event) {
        await options.onStatusChange?.(event);
        statusEvents.push(event);
        status.fire();
      },
    });
    const server = createAwsServer([service]);
    return new TestEngine(service, server, await server.listen(0), statusEvents, status);
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.#server.close();
    await this.#service.close();
  }

  /** A raw request, as the SDK sends no invalid ones. */
  async post(operation: string, input: unknown) {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        ...localSignature('states'),
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
      },
      body: typeof input === 'string' ? input : JSON.stringify(input),
    });
    return {
      status: response.status,
      type: response.headers.get('x-amzn-errortype'),
      body: (await response.json()) as Record<string, string>, // an answer of the engine
    };
  }

  async create(states: object, top: object = {}): Promise<string> {
    const definition = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...top };
    const name = `machine-${++this.#machines}`;
    const created = await this.client.send(
      new CreateStateMachineCommand({ name, roleArn: ROLE, definition: jsonText(definition) }),
    );
    return created.stateMachineArn ?? '';
  }

  async start(stateMachineArn: string, input: unknown = {}): Promise<string> {
    const started = await this.client.send(
      new StartExecutionCommand({ stateMachineArn, input: jsonText(input) }),
    );
    return started.executionArn ?? '';
  }

  /** Waits for the status change event of its end, after that many redrives. */
  async ended(executionArn: string, redriveCount = 0): Promise<Ended> {
    const isEnd = ({ detail }: StatusChangeEvent) =>
      detail.executionArn === executionArn &&
      detail.status !== 'RUNNING' &&
      detail.redriveCount === redriveCount;
    while (!this.statusEvents.some(isEnd)) await this.#status.next;
    const execution = await this.client.send(new DescribeExecutionCommand({ executionArn }));
    const output = execution.output === undefined ? undefined : jsonValue(execution.output);
    return { execution, output, events: await this.history(executionArn) };
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    const history = await this.client.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    return history.events ?? [];
  }

  /** Creates, starts, waits. */
  async run(states: object, input: unknown = {}, top: object = {}): Promise<Ended> {
    return this.ended(await this.start(await this.create(states, top), input));
  }
}

export const types = (events: readonly HistoryEvent[]) => events.map(({ type }) => type);
