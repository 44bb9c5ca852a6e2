// Starts an execution of a workflow, once for each idempotency key, and waits for its end on request.

import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StateMachineDeleting,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { executionArn, executionId } from '../arns.ts';
import { syncStatesClient } from '../aws-clients.ts';
import { parseExactly } from '../exact-json.ts';
import { ApiProblem, type RequestProblem } from '../problem.ts';
import { workflowNotFound } from '../stores/workflow-not-found.ts';
import { type WorkflowDocument, type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { inputProblems } from '../workflow-format/check-input.ts';
import { isExpress } from '../workflow-format/workflow.ts';
import { versionOfExecution } from './executed-workflow.ts';
import { type Execution, executionView } from './execution.ts';
import { readFailedStep } from './failed-step.ts';
import { KnownConnections } from './known-connections.ts';
import { RecentDurations } from './recent-durations.ts';
import { type ExpressDependencies, runExpress } from './run-express.ts';
import { repeatableName, startedName } from './run-trigger.ts';

/** AWS's limit for the input of an execution, in bytes of UTF-8. */
const MAX_INPUT_BYTES = 262_144;

/** Milliseconds between the polls for its end, after the first one; each interval is half as long again. */
const SECOND_POLL_MS = 15;
const LONGEST_INTERVAL_MS = 1000;

export interface StartRequest {
  readonly workflowId: string;
  /** Who starts it; becomes part of its name. */
  readonly user: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The JSON pointer of the input in the body, for problems: `/input`. */
  readonly inputPointer: string;
  readonly idempotencyKey?: string | undefined;
  /** Seconds to wait for the end; undefined answers at once. */
  readonly waitSeconds?: number | undefined;
}

export interface StartDependencies {
  readonly store?: WorkflowStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly express?: Partial<ExpressDependencies>;
  readonly durations?: RecentDurations;
  readonly connections?: KnownConnections;
}

export interface Started {
  /** Running, or ended when its end was waited for or the key had been used before. */
  readonly execution: Execution;
  /** Whether the execution has ended as it was waited for, so that it is the result. */
  readonly isResult: boolean;
  /** Seconds, when a wait was asked for and honoured. */
  readonly waited: number | undefined;
}

/** @throws ApiProblem not-found, connection-missing, invalid-input, invalid-request, body-too-large, idempotency-key-reused, unavailable */
export async function startExecution(
  request: StartRequest,
  {
    store = workflowStore(),
    sfn = new SFNClient({}),
    durations = new RecentDurations(),
    express = {},
    connections = new KnownConnections(),
  }: StartDependencies = {},
): Promise<Started> {
  const { workflowId, waitSeconds: waited } = request;
  const stored = await store.read(workflowId);
  if (!stored) throw workflowNotFound(workflowId);
  if (isExpress(stored.document.workflow)) {
    await connections.check(stored.document);
    const execution = await startExpress(request, stored.document, express);
    return { execution, isResult: true, waited: undefined };
  }
  const name = executionName(request, stored.document);
  const arn = executionArn({ workflowId, name });
  const calledAt = performance.now();
  let described = await startedOrRepeated(request, stored.document, name, { sfn, connections });
  if (request.waitSeconds) {
    const firstPollMs = durations.firstPollMs(workflowId, performance.now() - calledAt);
    described = await waitForEnd(arn, described, request.waitSeconds, firstPollMs, sfn);
    const { startDate, stopDate } = described;
    if (startDate && stopDate) durations.record(workflowId, stopDate.getTime() - startDate.getTime());
  }
  // A repeated request may find an execution of an earlier version; only a random name is certain to be new.
  const version =
    request.idempotencyKey === undefined ? stored.document.version : await versionOfExecution(arn, sfn);
  const execution = executionView(
    { id: executionId(workflowId, name), workflowId, name },
    described,
    version,
    await readFailedStep(arn, described, sfn),
  );
  return { execution, isResult: waited !== undefined && execution.status !== 'running', waited };
}

function startExpress(
  request: StartRequest,
  document: WorkflowDocument,
  {
    syncSfn = syncStatesClient(),
    s3 = new S3Client({}),
    logger = new Logger({ serviceName: 'executions' }),
    now = () => new Date(),
  }: Partial<ExpressDependencies>,
): Promise<Execution> {
  if (request.idempotencyKey !== undefined) throw idempotencyKeyRefused(document.workflow.id);
  return runExpress(document, checkedInput(request, document), request.user, { syncSfn, s3, logger, now });
}

/** Step Functions does not remember the names of Express executions: the same name would run again. */
function idempotencyKeyRefused(workflowId: string): ApiProblem {
  const message = `The workflow ${workflowId} is an Express workflow, whose runs Step Functions does not remember: an Idempotency-Key cannot keep a second request from running it again`;
  const hint = 'send none, or make it a standard workflow';
  const pointer = '/headers/idempotency-key';
  return new ApiProblem('invalid-request', message, {
    problems: [{ code: 'not-in-express', pointer, message, hint }],
  });
}

/** A key that was used before returns its execution, even if the workflow's inputs or connections have changed since. */
async function startedOrRepeated(
  request: StartRequest,
  document: WorkflowDocument,
  name: string,
  { sfn, connections }: Pick<Required<StartDependencies>, 'sfn' | 'connections'>,
): Promise<DescribeExecutionOutput> {
  const arn = executionArn({ workflowId: request.workflowId, name });
  let input: string;
  try {
    await connections.check(document);
    input = checkedInput(request, document);
  } catch (problem) {
    const first = request.idempotencyKey === undefined ? undefined : await describe(arn, sfn);
    if (first === undefined) throw problem;
    return sameInput(first, request);
  }
  const started = await start(document, name, input, sfn);
  // With a key it may have been started before, and redriven since.
  if (started && request.idempotencyKey !== undefined) return (await describe(arn, sfn)) ?? started;
  return started ?? sameInput(await sfn.send(new DescribeExecutionCommand({ executionArn: arn })), request);
}

/** More are of no use. */
const MAX_PROBLEMS = 1000;

/**
 * @returns the JSON of the input
 * @throws ApiProblem invalid-input, body-too-large
 */
export function checkedInput(
  { input, inputPointer }: Pick<StartRequest, 'input' | 'inputPointer'>,
  { workflow }: WorkflowDocument,
): string {
  const problems: RequestProblem[] = [];
  for (const problem of inputProblems(workflow.inputs ?? {}, input, inputPointer)) {
    problems.push(problem);
    if (problems.length === MAX_PROBLEMS) break;
  }
  if (problems.length > 0) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    throw new ApiProblem('invalid-input', `${problems[0]?.message}${more}`, { problems });
  }
  const text = JSON.stringify(input);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_INPUT_BYTES) return text;
  throw new ApiProblem(
    'body-too-large',
    `The input has ${bytes} bytes; Step Functions allows ${MAX_INPUT_BYTES}. Keep large data elsewhere and pass a reference to it`,
  );
}

/**
 * The same key of the same user gives the same name for the same workflow, and Step Functions runs a name once. It remembers names for 90
 * days, also those of a deleted state machine; `created_at` tells a workflow from an earlier one of the same id.
 */
function executionName(
  { workflowId, user, idempotencyKey }: StartRequest,
  { created_at }: WorkflowDocument,
): string {
  if (idempotencyKey === undefined) return startedName(user);
  return repeatableName(`${workflowId}\n${created_at}\n${idempotencyKey}`, user);
}

/** @returns undefined when an execution of that name exists and has ended or has another input */
async function start(
  document: WorkflowDocument,
  name: string,
  input: string,
  client: Pick<SFNClient, 'send'>,
): Promise<DescribeExecutionOutput | undefined> {
  try {
    const { startDate } = await client.send(
      new StartExecutionCommand({ stateMachineArn: document.state_machine_version_arn, name, input }),
    );
    return { startDate, status: 'RUNNING', input, executionArn: undefined, stateMachineArn: undefined };
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return undefined;
    // The workflow was deleted after its document had been read.
    if (error instanceof StateMachineDoesNotExist || error instanceof StateMachineDeleting) {
      throw workflowNotFound(document.workflow.id, { cause: error });
    }
    throw error;
  }
}

/**
 * The execution that the first request with the key started, when that had the same input.
 * @throws ApiProblem idempotency-key-reused
 */
function sameInput(
  described: DescribeExecutionOutput,
  { idempotencyKey, input }: StartRequest,
): DescribeExecutionOutput {
  const first = parseExactly(described.input ?? '{}');
  if (isDeepStrictEqual(first, parseExactly(JSON.stringify(input)))) return described;
  throw new ApiProblem(
    'idempotency-key-reused',
    `The Idempotency-Key ${JSON.stringify(idempotencyKey)} has started an execution with another input; use a new key`,
  );
}

/** Polls until the execution has ended or the time is over; @returns its last description */
async function waitForEnd(
  arn: string,
  first: DescribeExecutionOutput,
  seconds: number,
  firstPollMs: number,
  client: Pick<SFNClient, 'send'>,
): Promise<DescribeExecutionOutput> {
  const deadline = performance.now() + seconds * 1000;
  let described = first;
  let interval = firstPollMs;
  let next = SECOND_POLL_MS;
  while (described.status === 'RUNNING') {
    const left = deadline - performance.now();
    if (left <= 0) break;
    if (interval > 0) await sleep(Math.min(interval, left));
    interval = next;
    next = Math.min(next * 1.5, LONGEST_INTERVAL_MS);
    described = (await describe(arn, client)) ?? described;
  }
  return described;
}

/** @returns undefined when it is not visible yet: Step Functions is eventually consistent */
async function describe(
  arn: string,
  client: Pick<SFNClient, 'send'>,
): Promise<DescribeExecutionOutput | undefined> {
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn: arn }));
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
