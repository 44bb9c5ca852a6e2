// `states:startExecution`: a Task that starts another state machine, and with `.sync` waits for its end.
import { randomUUID } from 'node:crypto';
import { checkExecutionArn, executionArn, parseStateMachineArn } from '../model/arns.ts';
import { Cancelled } from '../model/cancellation.ts';
import { isoTime } from '../model/clock.ts';
import { ErrorName, ServiceError } from '../model/errors.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import type { Started, StartRequest } from '../runtime/environment.ts';
import type { ExecutionRow } from '../store/rows.ts';
import { type Call, type Integration, serviceTaskEvents, TaskFailure } from './integration.ts';

const REQUIRED = ['StateMachineArn'];

/** Gives what the API's StartExecution answers. */
export const startExecutionTask: Integration = {
  events: serviceTaskEvents('states', 'startExecution'),
  required: REQUIRED,
  lost,
  async call(args, call) {
    return start(await named(args, call), call);
  },
  async resume(arn, { environment }) {
    const child = environment.executions.find(arn);
    if (!child) throw lost();
    return answerOf(child);
  },
};

/** Waits for the child's end. `.sync:2` gives its input and output as JSON, `.sync` as texts. */
export function startExecutionSync(pattern: '.sync' | '.sync:2'): Integration {
  const events = serviceTaskEvents('states', `startExecution${pattern}`);
  const parsed = pattern === '.sync:2';
  return {
    events,
    required: REQUIRED,
    pattern: '.sync',
    lost,
    async call(args, call) {
      const request = await named(args, call);
      const answer = await start(request, call);
      events.submitted(call.thread, JSON.stringify(answer));
      refuseExpress(String(answer['ExecutionArn']));
      return endOf(childArn(request), call, parsed);
    },
    resume: (arn, call) => endOf(arn, call, parsed),
  };
}

function lost(): TaskFailure {
  return new TaskFailure(
    'StepFunctions.SdkClientException',
    'The connection was lost before the execution was started.',
  );
}

/** Names the child before it is started, so that a restart finds it however far this has come. */
async function named(args: Json, call: Call): Promise<StartRequest> {
  const given = requestOf(args);
  const request = { ...given, name: given.name ?? randomUUID() };
  call.pending(childArn(request));
  await call.thread.execution.committed();
  return request;
}

function requestOf(args: Json): StartRequest & { readonly stateMachineArn: string } {
  const fields: JsonObject = isJsonObject(args) ? args : {};
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' ? value : undefined;
  };
  const input = fields['Input'];
  return {
    stateMachineArn: text('StateMachineArn') ?? '',
    name: text('Name'),
    // A text is taken for the JSON that it holds, as in the API.
    input: typeof input === 'string' ? input : JSON.stringify(input ?? {}),
    traceHeader: text('TraceHeader'),
  };
}

function childArn({ stateMachineArn, name }: StartRequest): string {
  try {
    return executionArn(parseStateMachineArn(stateMachineArn).machineArn, name ?? '');
  } catch {
    return ''; // refused by `start`
  }
}

async function start(request: StartRequest, { environment }: Call): Promise<JsonObject> {
  try {
    return answerOf(await environment.executions.start(request));
  } catch (error) {
    // The disk refuses it: what is to be done then is for Retry to say.
    if (!(error instanceof ServiceError))
      throw new TaskFailure('StepFunctions.SdkClientException', String(error));
    throw refusal(error);
  }
}

/** What the API refuses, as a Task tells it. */
function refusal({ code, message, status }: ServiceError): TaskFailure {
  const name = code.endsWith('Exception') ? code : `${code}Exception`;
  return new TaskFailure(
    `StepFunctions.${name}`,
    `${message} (Service: AWSStepFunctions; Status Code: ${status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null)`,
  );
}

/** An Express execution cannot be looked up: there is no waiting for its end. */
function refuseExpress(arn: string): void {
  try {
    checkExecutionArn(arn);
  } catch (error) {
    throw error instanceof ServiceError ? refusal(error) : error;
  }
}

function answerOf({ arn, startedAt }: Started): JsonObject {
  return {
    ExecutionArn: arn,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: randomUUID() },
    StartDate: isoTime(startedAt),
  };
}

/** Waits for the child; stops it when the parent does not wait any more. */
async function endOf(arn: string, call: Call, parsed: boolean): Promise<Json> {
  const { executions } = call.environment;
  let child: ExecutionRow | undefined;
  try {
    child = await call.cancellation.race<ExecutionRow | undefined>((resolve, reject) => {
      executions.ended(arn).then(resolve, reject);
      return () => {};
    });
  } catch (error) {
    const { suspended, identity } = call.thread.execution;
    if (error instanceof Cancelled && !suspended) executions.stop(arn, abandoned(identity.arn));
    throw error;
  }
  if (!child) throw lost();
  if (child.status === 'RUNNING') throw new Cancelled();
  if (child.status !== 'SUCCEEDED') {
    throw new TaskFailure(ErrorName.taskFailed, JSON.stringify(description(child, false, REDRIVABLE)));
  }
  return description(child, parsed);
}

/** As a cause tells it (https://github.com/floci-io/floci, AslExecutorNestedSyncFailureTest: read off AWS). */
const REDRIVABLE = { RedriveCount: 0, RedriveStatus: 'REDRIVABLE' };

/** AWS's words for a child whose parent has ended, run out of time, or been stopped. */
const abandoned = (parent: string) =>
  `The Task state in AWS Step Functions execution [${parent}] which was managing this resource was aborted`;

/** The child as the event of its end has it, its fields in the order of their names. */
function description(child: ExecutionRow, parsed: boolean, redrive: JsonObject = {}): JsonObject {
  const data = (text: string): Json => (parsed ? parseJson(text) : text);
  return {
    ...(child.cause !== undefined && { Cause: child.cause }),
    ...(child.error !== undefined && { Error: child.error }),
    ExecutionArn: child.arn,
    Input: data(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output !== undefined && { Output: data(child.output), OutputDetails: { Included: true } }),
    ...redrive,
    StartDate: child.startedAt,
    StateMachineArn: child.machineArn,
    Status: child.status,
    ...(child.stoppedAt !== undefined && { StopDate: child.stoppedAt }),
  };
}
