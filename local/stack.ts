// The laptop's whole stack: the AWS endpoint, the providers and the API in front of them, tied together.
import { cp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keptDashboard } from '../infrastructure/kept-dashboard.ts';
import type { Catalogue } from '../lib/actions/catalogue.ts';
import { createAwsServer } from './aws/server.ts';
import type { AwsService } from './aws/service.ts';
import { startCognito } from './cognito/cognito.ts';
import { demoUsers } from './cognito/files.ts';
import { createCognitoProxy } from './cognito/proxy.ts';
import { sentCodeLine } from './cognito/sent-code.ts';
import { createEvents } from './events/events.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import { startProviders } from './providers/providers.ts';
import { createS3, type S3 } from './s3/s3.ts';
import { createSsm } from './ssm/ssm.ts';
import { startApi } from './stack/api.ts';
import { builtCatalogue } from './stack/catalogue.ts';
import { type Connections, putConnections, putOAuthClients } from './stack/connections.ts';
import { createStackEventBus } from './stack/events.ts';
import { functionEnvironment, seedOnce, stackFunctions } from './stack/functions.ts';
import { lockHome } from './stack/home.ts';
import { createStackScheduler } from './stack/schedules.ts';
import {
  ACCOUNT_ID,
  type ClientConfig,
  credentials,
  localSettings,
  REGION,
  type Settings,
  type StackSettings,
} from './stack/settings.ts';
import { createStates } from './states/create-states.ts';
import type { Clock } from './states/model/clock.ts';
import type { Retention } from './states/persistence/retention.ts';

export interface StackOptions {
  /** The folder of the state, created when it does not exist. */
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
  /** The clock of the schedules; the machine's own when left out. */
  readonly scheduleClock?: Clock;
  /** Called with what a user should know while the stack runs. */
  readonly note?: (line: string) => void;
  /** Base URLs to use in place of the providers' own, for putting something in front of them. */
  readonly providerSettings?: (settings: Settings) => Promise<Settings>;
}

export interface Stack {
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly clientConfig: ClientConfig;
  readonly settings: StackSettings;
  readonly connections: Connections;
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
  const resources = new AsyncDisposableStack();
  try {
    return await start(options, resources);
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

/** @param resources what is to be closed, in reverse, when the stack stops */
async function start(options: StackOptions, resources: AsyncDisposableStack): Promise<Stack> {
  const { home, note = () => {}, providerSettings = async (settings) => settings } = options;
  const folder = (name: string) => path.join(home, name);
  resources.defer(await lockHome(home));

  // Both ports are taken first, so that a port in use is reported at once.
  const lambdaReady = Promise.withResolvers<Lambda>();
  const api = await startApi(options.port, lambdaReady.promise);
  resources.defer(api.close);
  const aws = createAwsServer();
  const awsUrl = await aws.listen(options.awsPort);
  resources.defer(aws.close);
  const clientConfig = { region: REGION, endpoint: awsUrl, credentials };
  const add = <Service extends AwsService>(service: Service): Service => {
    aws.add(service);
    resources.defer(() => service.close());
    return service;
  };

  const s3 = add(createS3({ directory: folder('s3') }));
  add(createSsm({ directory: folder('ssm') }));
  const { providers, cognito, catalogue, dashboard } = await startProcesses(options, api.url, resources);
  add(createCognitoProxy(cognito.url));
  const settings: StackSettings = {
    ...(await keepFiles(home, catalogue, dashboard)),
    USER_POOL_ID: cognito.userPoolId,
    USER_POOL_CLIENT_ID: cognito.clientId,
    DEMO_USERS: JSON.stringify(
      demoUsers.map(({ username, password, group }) => ({ user_id: username, password, role: group })),
    ),
    API_URL: api.url,
    ...(await providerSettings(providers.settings)),
    ...localSettings,
  };
  const functions = stackFunctions(catalogue);
  const environment = functionEnvironment(settings, awsUrl);
  const lambda = add(createLambda({ functions, environment, logFile: folder('lambda.log') }));
  const bus = createStackEventBus(lambda);
  resources.defer(bus.close);
  const onUndelivered = (error: unknown) => note(`An event was not taken: ${error}`);
  add(createEvents({ bus, region: REGION, accountId: ACCOUNT_ID, onUndelivered }));

  await createBuckets(s3);
  await putConnections(providers.connections, new Set(Object.keys(providers.urls)), clientConfig);
  await putOAuthClients(providers.oauthClients, clientConfig);
  // Executions that were running continue from here, so everything that they call is started by now.
  add(
    await createStates({
      database: folder('step-functions.sqlite'),
      lambdaEndpoint: options.lambdaEndpoint ?? awsUrl,
      s3Endpoint: awsUrl,
      eventsEndpoint: awsUrl,
      region: REGION,
      accountId: ACCOUNT_ID,
      ...(options.retention && { retention: options.retention }),
      onStatusChange: bus.put,
      wantsStatus: bus.matches,
    }),
  );
  const schedules = { directory: folder('scheduler'), clientConfig, clock: options.scheduleClock, note };
  add(createStackScheduler(schedules));
  if (options.seed) await seedOnce(lambda, folder('seeded'));

  lambdaReady.resolve(lambda);
  // Once more, so that the API is the first to take no more requests: closing goes backwards.
  resources.defer(api.close);
  return {
    apiUrl: api.url,
    awsUrl,
    clientConfig,
    settings,
    connections: providers.connections,
    emulated: providers.urls,
    objectFile: (bucket, key) => s3.objectPath(localSettings[bucket], key),
    stop: () => resources.disposeAsync(),
  };
}

/** Puts what the functions read of the disk into the home. */
async function keepFiles(home: string, catalogue: Catalogue, dashboard: string) {
  const CATALOGUE_FILE = path.join(home, 'catalogue.json');
  await writeFile(CATALOGUE_FILE, JSON.stringify(catalogue));
  const DASHBOARD_FOLDER = path.join(home, 'dashboard');
  await rm(DASHBOARD_FOLDER, { recursive: true, force: true });
  await cp(dashboard, DASHBOARD_FOLDER, { recursive: true });
  return { CATALOGUE_FILE, DASHBOARD_FOLDER };
}

/** What runs in processes and threads of its own, started side by side. */
async function startProcesses(
  { home, keys = {}, note = () => {} }: StackOptions,
  apiUrl: string,
  resources: AsyncDisposableStack,
) {
  const folder = (name: string) => path.join(home, name);
  const startup = {
    providers: deferClose(startProviders({ directory: folder('providers'), keys, apiUrl }), resources),
    cognito: deferClose(
      startCognito({ directory: folder('cognito'), onSent: (sent) => note(sentCodeLine(sent)) }),
      resources,
    ),
    catalogue: builtCatalogue(),
    dashboard: keptDashboard(),
  };
  // Waits for all before a failure is passed on, so that what did start is closed.
  await Promise.allSettled(Object.values(startup));
  return {
    providers: await startup.providers,
    cognito: await startup.cognito,
    catalogue: await startup.catalogue,
    dashboard: await startup.dashboard,
  };
}

async function deferClose<Service extends { close(): Promise<void> }>(
  starting: Promise<Service>,
  resources: AsyncDisposableStack,
): Promise<Service> {
  const service = await starting;
  resources.defer(() => service.close());
  return service;
}

async function createBuckets(s3: S3): Promise<void> {
  const { WORKFLOWS_BUCKET, TEMPLATES_BUCKET, LOGS_BUCKET, RUNS_BUCKET } = localSettings;
  for (const bucket of [WORKFLOWS_BUCKET, TEMPLATES_BUCKET, LOGS_BUCKET])
    await s3.createBucket(bucket, { versioned: true });
  await s3.createBucket(RUNS_BUCKET);
}
