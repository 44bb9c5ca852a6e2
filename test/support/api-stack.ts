// The API's functions behind the local HTTP API, with S3, Step Functions, Scheduler and Systems Manager, for tests of the
// API alone.
// Tokens are not checked: `Bearer editor` is the user `editor` with that role. An action waits until the test answers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { CatalogueAction } from '../../lib/actions/catalogue.ts';
import { routes } from '../../lib/api/routes/route-table.ts';
import { recordExecution } from '../../lib/executions/record.ts';
import { createAwsServer } from '../../local/aws/server.ts';
import { createHttpApi } from '../../local/http-api/http-api.ts';
import { createS3 } from '../../local/s3/s3.ts';
import { createScheduler } from '../../local/scheduler/scheduler.ts';
import { createSsm } from '../../local/ssm/ssm.ts';
import { createStates } from '../../local/states/create-states.ts';
import { type Clock, systemClock } from '../../local/states/model/clock.ts';
import { type Answer, checkedRequest, type RequestOptions } from './checked-request.ts';
import { PlantedSecrets } from './planted-secrets.ts';
import { type ActionAnswer, startActions } from './waiting-actions.ts';

/** Of the functions, without the addresses of a stack. */
const settings = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  WORKFLOWS_BUCKET: 'ai-orchestra-local-workflows',
  TEMPLATES_BUCKET: 'ai-orchestra-local-templates',
  LOGS_BUCKET: 'ai-orchestra-local-logs',
  RUNS_BUCKET: 'ai-orchestra-local-runs',
  STATE_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-',
  STATE_MACHINE_ROLE_ARN: 'arn:aws:iam::000000000000:role/states',
  API_URL: 'https://api.example.com',
  FUNCTION_ARN_PREFIX: 'arn:aws:lambda:us-east-1:000000000000:function:ai-orchestra-local-',
  SCHEDULE_GROUP: 'ai-orchestra-local',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::000000000000:role/schedules',
  UNSTARTED_RUNS_QUEUE_ARN: 'arn:aws:sqs:us-east-1:000000000000:unstarted-runs',
  CONNECTIONS_PATH: '/ai-orchestra/local/connections',
  CONNECTION_TOKENS_PATH: '/ai-orchestra/local/connection-tokens',
  OAUTH_CLIENTS_PATH: '/ai-orchestra/local/oauth-clients',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
};

/** The only action there is, unless others are named. */
export const echo: CatalogueAction = {
  id: 'test.echo',
  function_name: 'test-echo',
  provider: 'test',
  title: 'Echo',
  summary: 'Gives back the text when the test lets it.',
  effect: 'read',
  timeout_seconds: 30,
  retryable_errors: ['RateLimited'],
  background: false,
  reads_templates: false,
  connection: { provider: 'test', fields: [] },
  input: {
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  },
  output: {
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  },
  example: { input: { text: 'hello' }, output: { text: 'hello' } },
};

/** A workflow that ends at once and gives its input back. */
export const greeting = {
  id: 'greeting',
  name: 'Greeting',
  inputs: { name: { type: 'string' }, times: { type: 'integer', default: 1 } },
  steps: [{ id: 'text', transform: { greeting: 'Hello {{ inputs.name }}', times: '{{ inputs.times }}' } }],
  output: '{{ steps.text }}',
};

/** A workflow that runs until the test answers its action. */
export const waiting = {
  id: 'waiting',
  name: 'Waiting',
  steps: [{ id: 'echo', action: 'test.echo', params: { text: 'hello' } }],
};

export interface ApiStack {
  readonly url: string;
  /** The AWS endpoint, which SDK clients of this process use too. */
  readonly awsUrl: string;
  /** As editor when no role is named. The answer is checked against the route table. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** Waits until an execution calls the action, and answers that call. */
  answerAction(respond: ActionAnswer): Promise<void>;
  /** The next calls of functions/steps are done, and their answers lost on the way to Step Functions. */
  loseAnswers(count: number): void;
  close(): Promise<void>;
}

/** Starts everything on free ports and points this process's settings there. */
export async function startApiStack({
  scheduleClock = systemClock,
  statesClock = systemClock,
  records = false,
  actions = [echo],
}: {
  readonly actions?: readonly CatalogueAction[];
  readonly scheduleClock?: Clock;
  readonly statesClock?: Clock;
  /** Whether runs are recorded when they start and end, as record-execution does. */
  readonly records?: boolean;
} = {}): Promise<ApiStack> {
  const directory = await mkdtemp(join(tmpdir(), 'api-'));
  const lambda = await startActions();
  const s3 = createS3({ directory: join(directory, 's3') });
  const { WORKFLOWS_BUCKET, TEMPLATES_BUCKET, LOGS_BUCKET, RUNS_BUCKET } = settings;
  // Versions of workflows and templates are older versions of their objects.
  for (const bucket of [WORKFLOWS_BUCKET, TEMPLATES_BUCKET])
    await s3.createBucket(bucket, { versioned: true });
  for (const bucket of [LOGS_BUCKET, RUNS_BUCKET]) await s3.createBucket(bucket);
  const states = await createStates({
    database: ':memory:',
    lambdaEndpoint: lambda.url,
    clock: statesClock,
    // Full jitter of nothing: retries wait no time.
    random: () => 0,
    region: 'us-east-1',
    accountId: '000000000000',
    ...(records && {
      onStatusChange: ({ detail }) => recordExecution(detail),
    }),
  });
  const scheduler = createScheduler({
    directory: join(directory, 'scheduler'),
    groups: ['ai-orchestra-local'],
    clock: scheduleClock,
    startExecution: async () => {},
    onMissed: () => {},
    onFailed: () => {},
  });
  const ssm = createSsm({ directory: join(directory, 'ssm') });
  const aws = createAwsServer([s3, states, scheduler, ssm]);
  const awsUrl = await aws.listen(0);
  const catalogueFile = join(directory, 'catalogue.json');
  await writeFile(catalogueFile, JSON.stringify(actions));
  Object.assign(process.env, settings, {
    AWS_ENDPOINT_URL: awsUrl,
    STATES_SYNC_ENDPOINT_URL: awsUrl,
    CATALOGUE_FILE: catalogueFile,
  });
  const providers = new Set(actions.map(({ connection }) => connection.provider));
  await Promise.all([...providers].map((provider) => putConnection(`${provider}/default`)));
  const api = await startApi();
  const secrets = new PlantedSecrets();
  return {
    url: api.url,
    awsUrl,
    answerAction: lambda.answer,
    loseAnswers: lambda.loseAnswers,
    async request(method, path, options) {
      if (typeof options?.body === 'object' && options.body !== null && 'credentials' in options.body)
        secrets.add(options.body.credentials);
      const answer = await checkedRequest(api.url, method, path, options);
      secrets.refuseIn(answer.text, `The answer of ${method} ${path}`);
      return answer;
    },
    async close() {
      await api.close();
      await aws.close();
      await scheduler.close();
      await states.close();
      await s3.close();
      await ssm.close();
      await lambda.close();
      const left = await secrets.leftIn(directory, []);
      if (left.length > 0) throw new Error(`Credentials are left in ${left.join('; ')}`);
      await rm(directory, { recursive: true });
    },
  };
}

/** The routes, each with its function in this process. */
function startApi() {
  return createHttpApi({
    routes: routes.map((route) => ({
      method: route.method,
      path: route.path,
      functionName: route.function,
      authorizer: route.role !== null,
    })),
    authorizerFunctionName: 'authorizer',
    authorizerTtlSeconds: 0,
    invoke,
    port: 0,
  });
}

/** @param name of a connection, `<provider>/<id>` */
export async function putConnection(name: string): Promise<void> {
  const client = new SSMClient({});
  await client.send(
    new PutParameterCommand({
      Name: `${process.env['CONNECTIONS_PATH']}/${name}`,
      Type: 'SecureString',
      Value: '{}',
    }),
  );
  client.destroy();
}

type CommandClass = new (...parameters: never[]) => object;

/** A client that does something else at the first command of a class: before it is sent, or after its answer. */
export function clientWith(
  command: CommandClass,
  when: 'before' | 'after',
  act: () => Promise<unknown>,
): SFNClient {
  const client = new SFNClient({});
  let done = false;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const meant = !done && `${context.commandName}` === command.name;
      if (meant) done = true;
      if (meant && when === 'before') await act();
      const answer = await next(args);
      if (meant && when === 'after') await act();
      return answer;
    },
    { step: 'initialize' },
  );
  return client;
}

async function invoke(
  functionName: string,
  payload: string,
): Promise<{ payload: string; functionError?: string }> {
  const event = JSON.parse(payload);
  if (functionName === 'authorizer') {
    const role = z.string().parse(event.headers.authorization).slice('Bearer '.length);
    const context = { user: role, roles: role === 'nobody' ? '' : role };
    return { payload: JSON.stringify({ isAuthorized: true, context }) };
  }
  const module: { handler(event: unknown): Promise<unknown> } = await import(
    `../../functions/api/${functionName}.ts`
  );
  return { payload: JSON.stringify(await module.handler(event)) };
}

/** Calls of the stack's executions. */
export function executionCalls(stack: () => ApiStack) {
  const start = (input: unknown, headers: Record<string, string> = {}, id = 'greeting') =>
    stack().request('POST', `/workflows/${id}/executions`, { body: { input }, headers });
  /** The execution when it has ended; each call waits for it as long as the API lets it. */
  const get = async (id: string) =>
    (await stack().request('GET', `/executions/${id}`, { role: 'viewer' })).body;
  return {
    start,
    startWaiting: async (): Promise<string> => (await start({}, {}, 'waiting')).body.id,
    get,
    /** Asks until it has that status. */
    async until(id: string, status: string): Promise<void> {
      while ((await get(id)).status !== status);
    },
  };
}
