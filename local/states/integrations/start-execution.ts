// `states:startExecution`: a Task that starts an execution, and with `.sync` waits for its end.
import { randomUUID } from 'node:crypto';
import { checkExecutionArn, executionArn, parseStateMachineArn } from '../model/arns.ts';
import { Cancelled } from '../model/cancellation.ts';
import { isoTime } from '../model/clock.ts';
import { ErrorName, ServiceError } from '../model/errors.ts';
import { isJsonObject, type Json, type JsonObject, jsonText, parseJson } from '../model/json.ts';
import type { Started, StartRequest } from '../runtime/environment.ts';
import type { ExecutionRow } from '../store/rows.ts';
import { type Call, type Integration, serviceTaskEvents, TaskFailure } from './integration.ts';

const REQUIRED = ['StateMachineArn'];

/** The result is what the API's StartExecution answers. */
export const startExecutionTask: Integration = {
  events: serviceTaskEvents('states', 'startExecution'),
  required: REQUIRED,
  lost,
  async call(args, call) {
    return start(await nameChild(args, call), call);
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
      const request = await nameChild(args, call);
      const answer = await start(request, call);
      events.submitted(call.thread, jsonText(answer));
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

/** Names the child before it is started, so that it can be found after a restart at any moment. */
async function nameChild(args: Json, call: Call): Promise<StartRequest> {
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
    // A string is taken as JSON text, as in the API.
    input: typeof input === 'string' ? input : jsonText(input ?? {}),
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
    // The store could not write it: a Retry may match this.
    if (!(error instanceof ServiceError))
      throw new TaskFailure('StepFunctions.SdkClientException', String(error));
    throw refusal(error);
  }
}

/** An error of the API as a Task reports it. */
function refusal({ code, message, status }: ServiceError): TaskFailure {
  const name = code.endsWith('Exception') ? code : `${code}Exception`;
  return new TaskFailure(
    `StepFunctions.${name}`,
    `${message} (Service: AWSStepFunctions; Status Code: ${status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null)`,
  );
}

/** An Express execution cannot be looked up, and so not be waited for. */
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

/** Waits for the child, and stops it when the parent no longer waits. */
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
    throw new TaskFailure(ErrorName.taskFailed, jsonText(description(child, false, REDRIVABLE)));
  }
  return description(child, parsed);
}

/** As the cause of the failure has it (https://github.com/floci-io/floci, AslExecutorNestedSyncFailureTest: read off AWS). */
const REDRIVABLE = { RedriveCount: 0, RedriveStatus: 'REDRIVABLE' };

/** AWS's cause for a child whose parent has ended, timed out, or been stopped. */
const abandoned = (parent: string) =>
  `The Task state in AWS Step Functions execution [${parent}] which was managing this resource was aborted`;

/** The child as it is in the event of its end, with its fields in the order of their names. */
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
