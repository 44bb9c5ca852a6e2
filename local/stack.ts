// The laptop's whole stack: the AWS endpoint, the providers and the API in front of them, tied together.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

import { lambdaFunctions } from '../infrastructure/stack/functions.ts';
import { routes } from '../lib/api/routes/route-table.ts';
import type { Setting } from '../lib/config.ts';
import { createAwsServer } from './aws/server.ts';
import { startCognito } from './cognito/cognito.ts';
import { createCognitoProxy } from './cognito/proxy.ts';
import { createEventBus, type EventRule } from './events/event-bus.ts';
import { createEvents } from './events/events.ts';
import { createHttpApi } from './http-api/http-api.ts';
import type { LocalFunction } from './lambda/function.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import { startProviders } from './providers/providers.ts';
import { createS3 } from './s3/s3.ts';
import type { ScheduledStart } from './scheduler/schedule.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { createSsm } from './ssm/ssm.ts';
import { builtCatalogue } from './stack/catalogue.ts';
import { takeHome } from './stack/home.ts';
import { createStates } from './states/create-states.ts';
import type { Clock } from './states/model/clock.ts';
import type { Retention } from './states/persistence/retention.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
const PREFIX = 'ai-orchestra-local-';
const SEED_FUNCTION = `${PREFIX}seed`;
/** As in serverless.yml. */
const AUTHORIZER_TTL_SECONDS = 60;

/** The settings that are the same in every local stack. */
const ownSettings = {
  AWS_REGION: REGION,
  WORKFLOWS_BUCKET: `${PREFIX}workflows`,
  TEMPLATES_BUCKET: `${PREFIX}templates`,
  LOGS_BUCKET: `${PREFIX}logs`,
  STATE_MACHINE_ARN_PREFIX: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${PREFIX}`,
  STATE_MACHINE_ROLE_ARN: `arn:aws:iam::${ACCOUNT}:role/${PREFIX}state-machines`,
  FUNCTION_ARN_PREFIX: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${PREFIX}`,
  CONNECTIONS_PATH: '/ai-orchestra/local/connections',
  SCHEDULE_GROUP: 'ai-orchestra-local',
  SCHEDULE_ROLE_ARN: `arn:aws:iam::${ACCOUNT}:role/${PREFIX}schedules`,
  UNSTARTED_RUNS_QUEUE_ARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${PREFIX}unstarted-runs`,
} as const satisfies Partial<Record<Setting, string>>;

/** The same event that serverless.yml's rule takes (infrastructure/stack/events.yml). */
const executionEnded: EventRule = {
  name: 'execution-ended',
  pattern: {
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: {
      status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
      stateMachineArn: [{ prefix: ownSettings.STATE_MACHINE_ARN_PREFIX }],
      executionArn: [{ 'anything-but': { wildcard: '*/*' } }],
    },
  },
  functionNames: [`${PREFIX}record-execution`],
};

type Settings = Partial<Record<Setting, string>>;

export interface StackOptions {
  /** The folder of the state, made when it does not exist. */
  readonly home: string;
  /** The API's port; 0 for a free one. */
  readonly port: number;
  readonly awsPort: number;
  /** Save the shipped workflows and templates at the first start. */
  readonly seed: boolean;
  /** The variables of `.env`: with a provider's keys its calls go to the real one. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Where state machines call functions, when not in this stack (AWS_ENDPOINT_URL_LAMBDA). */
  readonly lambdaEndpoint?: string | undefined;
  /** How long runs are kept once they have ended. */
  readonly retention?: Retention;
  /** The time that schedules go by; the machine's own when left out. */
  readonly scheduleClock?: Clock;
  /** Told what a user should know of while the stack runs. */
  readonly note?: (line: string) => void;
  /** Base URLs to use in place of the providers' own, for putting something in front of them. */
  readonly providerSettings?: (settings: Settings) => Promise<Settings>;
}

export interface Stack {
  readonly apiUrl: string;
  readonly awsUrl: string;
  /** What an SDK client needs to reach this stack's AWS endpoint. */
  readonly clientConfig: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly settings: Settings & typeof ownSettings;
  /** By `<provider>/<connection id>`. */
  readonly connections: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The providers that are emulated, with their addresses. */
  readonly emulated: Readonly<Record<string, string>>;
  /** The file that holds an object of one of the stack's buckets. */
  objectFile(
    bucket: 'WORKFLOWS_BUCKET' | 'TEMPLATES_BUCKET' | 'LOGS_BUCKET',
    key: string,
  ): string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts everything, on 127.0.0.1 only; a stack that cannot start leaves nothing running.
 * @throws PortInUse, HomeInUse, HomeUnusable, ConfigurationError (`.env` has only some of a provider's variables)
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const closing: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    return await start(options, (close) => closing.push(close), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: StackOptions,
  onStop: (close: () => Promise<void>) => void,
  stop: () => Promise<void>,
): Promise<Stack> {
  const { home, note = () => {}, providerSettings = async (settings) => settings } = options;
  const folder = (name: string) => path.join(home, name);
  onStop(await takeHome(home));

  // Both ports are taken first: a port in use is told at once. What arrives before the functions are there waits.
  const functions = Promise.withResolvers<Lambda>();
  const api = await createHttpApi({
    routes: routes.map(({ method, path, role, function: name }) => ({
      method,
      path,
      functionName: `${PREFIX}api-${name}`,
      authorizer: role !== null,
    })),
    authorizerFunctionName: `${PREFIX}authorizer`,
    authorizerTtlSeconds: AUTHORIZER_TTL_SECONDS,
    invoke: async (name, payload) => (await functions.promise).invoke(name, payload),
    port: options.port,
  });
  onStop(() => api.close());
  const aws = createAwsServer();
  const awsUrl = await aws.listen(options.awsPort);
  onStop(() => aws.close());
  const started = async <Service extends { close(): Promise<void> }>(starting: Promise<Service>) => {
    const service = await starting;
    onStop(() => service.close());
    return service;
  };
  const add = <Service extends Parameters<typeof aws.add>[0]>(service: Service): Service => {
    aws.add(service);
    onStop(() => service.close());
    return service;
  };

  const s3 = add(createS3({ directory: folder('s3') }));
  add(createSsm({ directory: folder('ssm') }));
  // Both settle before one failure is passed on, so that what did start is stopped.
  const [providers, cognito, catalogue] = await allStarted([
    started(startProviders({ directory: folder('providers'), keys: options.keys ?? {} })),
    started(startCognito({ directory: folder('cognito') })),
    builtCatalogue(),
  ]);
  add(createCognitoProxy(cognito.url));
  const catalogueFile = folder('catalogue.json');
  await writeFile(catalogueFile, JSON.stringify(catalogue));

  const settings: Stack['settings'] = {
    CATALOGUE_FILE: catalogueFile,
    USER_POOL_ID: cognito.userPoolId,
    USER_POOL_CLIENT_ID: cognito.clientId,
    API_URL: api.url,
    ...(await providerSettings(providers.settings)),
    ...ownSettings,
  };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const clientConfig = { region: REGION, endpoint: awsUrl, credentials };
  const lambda = add(
    createLambda({
      functions: functionTable(catalogue),
      environment: {
        ...settings,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_ENDPOINT_URL: awsUrl,
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: awsUrl,
        STATES_SYNC_ENDPOINT_URL: awsUrl,
      },
      logFile: folder('lambda.log'),
    }),
  );
  const bus = createEventBus({ rules: [executionEnded], invoke: lambda.invoke });
  onStop(() => bus.close());
  add(
    createEvents({
      bus,
      region: REGION,
      accountId: ACCOUNT,
      onUndelivered: (error) => note(`An event was not taken: ${error}`),
    }),
  );

  for (const bucket of [settings.WORKFLOWS_BUCKET, settings.TEMPLATES_BUCKET, settings.LOGS_BUCKET]) {
    await s3.createBucket(bucket, { versioned: true });
  }
  await putConnections(providers.connections, clientConfig);
  // Executions that were running go on from here, so all that they call is there by now.
  add(
    await createStates({
      database: folder('step-functions.sqlite'),
      lambdaEndpoint: options.lambdaEndpoint ?? awsUrl,
      s3Endpoint: awsUrl,
      eventsEndpoint: awsUrl,
      region: REGION,
      accountId: ACCOUNT,
      ...(options.retention && { retention: options.retention }),
      onStatusChange: (event) => bus.put(event),
      wantsStatus: (event) => bus.matches(event),
    }),
  );
  const sfn = new SFNClient(clientConfig);
  add(
    createScheduler({
      directory: folder('scheduler'),
      groups: [settings.SCHEDULE_GROUP],
      ...(options.scheduleClock && { clock: options.scheduleClock }),
      startExecution: (start) => startOnce(sfn, start),
      onMissed: ({ name, dueAt }) =>
        note(`The schedule ${name} was due at ${dueAt.toISOString()}, when the stack was down`),
      onFailed: ({ name, dueAt, error }) =>
        note(`The schedule ${name} could not be started at ${dueAt.toISOString()}: ${error}`),
    }),
  );
  if (options.seed) await seedOnce(lambda, folder('seeded'));

  functions.resolve(lambda);
  // Once more, so that the API is the first to take no more requests: closing goes backwards.
  onStop(() => api.close());
  return {
    apiUrl: api.url,
    awsUrl,
    clientConfig,
    settings,
    connections: providers.connections,
    emulated: providers.urls,
    objectFile: (bucket, key) => s3.objectPath(ownSettings[bucket], key),
    stop,
  };
}

/** Promise.all that waits for every part, so that each has told how to close it before an error is passed on. */
async function allStarted<Parts extends readonly unknown[]>(
  parts: { readonly [Index in keyof Parts]: Promise<Parts[Index]> },
): Promise<{ -readonly [Index in keyof Parts]: Parts[Index] }> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

function functionTable(catalogue: Parameters<typeof lambdaFunctions>[0]): Record<string, LocalFunction> {
  const root = path.resolve(import.meta.dirname, '..');
  const table: Record<string, LocalFunction> = {
    [SEED_FUNCTION]: { file: path.join(root, 'local/stack/seed-function.ts'), timeoutSeconds: 60 },
  };
  for (const { name, file, timeoutSeconds, memoryMb } of lambdaFunctions(catalogue)) {
    table[PREFIX + name] = { file: path.join(root, file), timeoutSeconds, memoryMb };
  }
  return table;
}

/** The connections `default` are what `.env` and the emulators say, whatever they were before. */
async function putConnections(
  connections: Stack['connections'],
  config: Stack['clientConfig'],
): Promise<void> {
  const ssm = new SSMClient(config);
  const parameters = Object.entries(connections).map(([id, fields]) => ({
    Name: `${ownSettings.CONNECTIONS_PATH}/${id}`,
    Value: JSON.stringify(fields),
  }));
  await Promise.all(
    parameters.map((parameter) =>
      ssm.send(new PutParameterCommand({ ...parameter, Type: 'SecureString', Overwrite: true })),
    ),
  );
  ssm.destroy();
}

/** A try that was cut short may have started it: the name is the same for every try. */
async function startOnce(sfn: SFNClient, start: ScheduledStart): Promise<void> {
  try {
    await sfn.send(new StartExecutionCommand(start));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** What a user deleted stays deleted at the next start. */
async function seedOnce(lambda: Lambda, mark: string): Promise<void> {
  if (existsSync(mark)) return;
  const { functionError, payload } = await lambda.invoke(SEED_FUNCTION, '{}');
  if (functionError) throw new Error(`The shipped workflows could not be saved: ${payload}`);
  await writeFile(mark, '');
}
