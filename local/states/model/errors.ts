// The errors of the language (what Retry and Catch match) and of the API (what a client gets).
import { MAX_NESTING } from './json.ts';

/** Names of the Amazon States Language, "Errors". */
export const ErrorName = {
  all: 'States.ALL',
  dataLimitExceeded: 'States.DataLimitExceeded',
  exceedToleratedFailureThreshold: 'States.ExceedToleratedFailureThreshold',
  itemReaderFailed: 'States.ItemReaderFailed',
  heartbeatTimeout: 'States.HeartbeatTimeout',
  queryEvaluationError: 'States.QueryEvaluationError',
  resultWriterFailed: 'States.ResultWriterFailed',
  runtime: 'States.Runtime',
  taskFailed: 'States.TaskFailed',
  timeout: 'States.Timeout',
} as const;

/** A state failed. A Fail state may give neither error nor cause. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string | undefined;
  readonly causeText: string | undefined;
  /** A second name that Retry and Catch match. */
  readonly alias: string | undefined;

  constructor(error: string | undefined, causeText: string | undefined, alias?: string) {
    super(causeText ?? error ?? 'The state failed');
    this.error = error;
    this.causeText = causeText;
    this.alias = alias;
  }

  /** Each only where there is one. */
  get details(): { readonly error?: string; readonly cause?: string } {
    return {
      ...(this.error !== undefined && { error: this.error }),
      ...(this.causeText !== undefined && { cause: this.causeText }),
    };
  }
}

/** A JSONata expression failed, or its value cannot be used. `location`: the path of the field, as `Output/total`. */
export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure';
  readonly location: string | undefined;

  constructor(text: string, location?: string) {
    super(text);
    this.location = location;
  }
}

/** Larger than 256 KiB. `what` is the state's name or the task's resource. */
export function dataLimitExceeded(what: string): StateFailure {
  return new StateFailure(
    ErrorName.dataLimitExceeded,
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

export function nestedTooDeep(stateName: string): StateFailure {
  return new StateFailure(
    ErrorName.dataLimitExceeded,
    `The state '${stateName}' returned a result nested more than ${MAX_NESTING} levels deep.`,
  );
}

/** The beginning of every cause that the interpreter itself gives. */
export function inState(name: string, enteredEventId: number, text: string): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${enteredEventId}). ${text}`;
}

/** An error of the API. `code` is the `__type` of AWS JSON 1.0. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  /** Further fields of the error's shape. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, fields: Readonly<Record<string, unknown>> = {}, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

export const invalidArn = (text: string) => new ServiceError('InvalidArn', `Invalid Arn: '${text}'`);
export const invalidToken = () => new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
export const validationException = (text: string) => new ServiceError('ValidationException', text);
export const executionDoesNotExist = (arn: string) =>
  new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
export const stateMachineDoesNotExist = (arn: string) =>
  new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
export const stateMachineDeleting = (arn: string) =>
  new ServiceError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`);
/** Its HTTP status is the API reference's. */
export const conflict = (text: string) => new ServiceError('ConflictException', text, {}, 409);
export const quotaExceeded = (text: string) =>
  new ServiceError('ServiceQuotaExceededException', text, {}, 402);
export const taskDoesNotExist = () =>
  new ServiceError('TaskDoesNotExist', `Task Does Not Exist: 'Provided task does not exist'`);
export const taskTimedOut = () =>
  new ServiceError('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
export const invalidOutput = (text: string) => new ServiceError('InvalidOutput', `Invalid Output: '${text}'`);
export const typeNotSupported = () =>
  new ServiceError(
    'StateMachineTypeNotSupported',
    'This operation is not supported by this type of state machine',
  );

/** A longer value is not repeated in the message. */
const MAX_QUOTED = 1000;

/** A request field breaks a rule of the API's model. An empty `value` is left out of the message. */
export function constraint(value: string, name: string, text: string): ServiceError {
  const quoted = value === '' || value.length > MAX_QUOTED ? '' : `${value} `;
  return validationException(
    `1 validation error detected: Value ${quoted}at '${name}' failed to satisfy constraint: ${text}`,
  );
}
