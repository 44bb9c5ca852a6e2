// The local Step Functions: one engine on one store, as an AWS service.
import type { AwsService } from '../aws/service.ts';
import { aliasOperations } from './api/aliases.ts';
import { executionOperations } from './api/executions.ts';
import { mapRunOperations } from './api/map-runs.ts';
import { stateMachineOperations } from './api/state-machines.ts';
import { tagOperations } from './api/tags.ts';
import { taskOperations } from './api/tasks.ts';
import { testStateOperations } from './api/test-state/test-state.ts';
import { versionOperations } from './api/versions.ts';
import { answer } from './api/wire.ts';
import { createEventsClient } from './clients/events-client.ts';
import { createLambdaClient } from './clients/lambda-client.ts';
import { createS3Objects } from './clients/s3-client.ts';
import { Engine } from './engine/engine.ts';
import { startExecution } from './engine/start-execution.ts';
import type { Random } from './language/functions.ts';
import { Sandbox } from './language/sandbox.ts';
import { type Clock, systemClock } from './model/clock.ts';
import { type OnStatusChange, Outbox } from './persistence/outbox.ts';
import { Recorder } from './persistence/recorder.ts';
import { DEFAULT_RETENTION, Pruner, type Retention } from './persistence/retention.ts';
import type { StatusChangeEvent } from './persistence/status-event.ts';
import type { Executions } from './runtime/environment.ts';
import { TaskTokens } from './runtime/task-tokens.ts';
import { refusal } from './store/refused.ts';
import { Store } from './store/store.ts';

export interface StatesOptions {
  /** A file, or `:memory:`. */
  readonly database: string;
  /** Of the Lambda Invoke API: the value of AWS_ENDPOINT_URL_LAMBDA. */
  readonly lambdaEndpoint: string | undefined;
  /** Of the S3 API, for distributed Maps and tasks; Lambda's when left out. */
  readonly s3Endpoint?: string | undefined;
  /** Of EventBridge, for tasks that send events; Lambda's when left out. */
  readonly eventsEndpoint?: string | undefined;
  readonly region: string;
  readonly accountId: string;
  /**
   * Gets the event that Step Functions sends to EventBridge when an execution starts and when it ends. An event is
   * delivered again, also after a restart, until the promise has resolved once.
   */
  readonly onStatusChange?: OnStatusChange;
  /** Which of these events are delivered; all when left out. */
  readonly wantsStatus?: (event: StatusChangeEvent) => boolean;
  readonly clock?: Clock;
  /** How long executions are kept after they have ended. */
  readonly retention?: Retention;
  /** For jitter and `$random`. */
  readonly random?: Random;
  /** Gets faults of the engine itself: a disk that refuses writes, an unexpected error. */
  readonly onFault?: (error: unknown) => void;
}

/**
 * Opens the store, resumes the executions that were running, and serves the API.
 * @throws DatabaseRefused
 */
export async function createStates(options: StatesOptions): Promise<AwsService> {
  const { region, accountId, onStatusChange, clock = systemClock, random = Math.random } = options;
  const { onFault = (error: unknown) => console.error('Step Functions:', error) } = options;
  const scope = { region, accountId };
  const store = new Store(options.database);
  const lambda = createLambdaClient(options.lambdaEndpoint);
  const journal: Recorder = new Recorder(store, () => outbox?.wake(), onFault);
  const acknowledge = (id: number) => journal.acknowledge(id);
  const outbox =
    onStatusChange && new Outbox(store.executions.statusEvents, acknowledge, onStatusChange, clock);
  const wantsStatus = outbox ? (options.wantsStatus ?? (() => true)) : () => false;
  const sandbox = new Sandbox(clock);
  const tokens = new TaskTokens();
  const s3 = createS3Objects(options.s3Endpoint ?? options.lambdaEndpoint, region);
  const events = createEventsClient(options.eventsEndpoint ?? options.lambdaEndpoint);
  const executions: Executions = {
    start: (request) => startExecution({ store, runner: engine, journal, clock, random }, request),
    find: (arn) => store.executions.find(arn),
    ended: (arn) => engine.ended(arn),
    stop: (arn, cause) => engine.stop(arn, undefined, cause),
  };
  const environment = { clock, random, sandbox, lambda, s3, events, region, tokens, executions };
  const engine: Engine = new Engine(store, journal, environment, { scope, wantsStatus, onFault });
  const dependencies = { store, engine, environment, journal, scope };
  const operations = {
    ...stateMachineOperations(dependencies),
    ...versionOperations(dependencies),
    ...aliasOperations(dependencies),
    ...tagOperations(dependencies),
    ...executionOperations(dependencies),
    ...taskOperations(dependencies),
    ...mapRunOperations(dependencies),
    ...testStateOperations(dependencies),
  };
  try {
    engine.resume();
  } catch (error) {
    store.close();
    throw refusal(options.database, error);
  }
  outbox?.wake();
  const pruner = new Pruner(options.retention ?? DEFAULT_RETENTION, {
    ended: store.ended,
    isRunning: (arn) => engine.isRunning(arn),
    ...{ clock, onFault },
  });

  return {
    signingName: 'states',
    handle: (request) => answer(request, operations, onFault),
    async close() {
      try {
        await pruner.close();
        await engine.close();
        journal.close();
        await outbox?.close();
        journal.close(); // writes which events have been delivered meanwhile
      } finally {
        sandbox.close();
        lambda.close();
        s3.close();
        store.close();
      }
    },
  };
}
