// TestState's mock: the result or the error that stands in for what the state would have called.
import { type ServiceError, validationException } from '../../model/errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { readJson } from '../../model/json-text.ts';
import { type ApiRequest, CAUSE, DATA, ERROR } from '../request.ts';

export type Mock =
  | { readonly result: Json; readonly text: string }
  | { readonly error: string | undefined; readonly cause: string | undefined };

const MODES = ['STRICT', 'PRESENT', 'NONE'];

interface Field {
  readonly type: 'string' | 'number' | 'boolean';
  readonly required?: true;
}
const required = { type: 'string', required: true } as const;
const text = { type: 'string' } as const;

const STARTED = { ExecutionArn: required, StartDate: required };
const ENDED = {
  ExecutionArn: required,
  StateMachineArn: required,
  Status: required,
  StartDate: required,
  StopDate: text,
  Name: text,
  Error: text,
  Cause: text,
};

/** Results of the integrations that this engine has, as in their API models; dates are strings. */
const RESULTS: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  'lambda:invoke': {
    StatusCode: { type: 'number' },
    FunctionError: text,
    LogResult: text,
    ExecutedVersion: text,
  },
  'states:startExecution': STARTED,
  'states:startExecution.sync': ENDED,
  'states:startExecution.sync:2': ENDED,
};

/** The mock for a state. Throws ValidationException. */
export function readMock(request: ApiRequest, state: JsonObject): Mock {
  const result = request.string('result', DATA);
  const errorOutput = request.structure('errorOutput');
  const mode = request.string('fieldValidationMode', { values: MODES }) ?? 'STRICT';
  if (result !== undefined && errorOutput) {
    throw validationException(
      'A test mock should have only one of the following fields: [result, errorOutput].',
    );
  }
  if (errorOutput)
    return { error: errorOutput.string('error', ERROR), cause: errorOutput.string('cause', CAUSE) };
  if (result === undefined) {
    throw validationException('A test mock should have one of the following fields: [result, errorOutput].');
  }
  const read = readJson(result);
  if ('fault' in read) throw validationException('Mocked result must be valid JSON');
  checkResult(read.value, state, mode);
  return { result: read.value, text: result };
}

function checkResult(value: Json, state: JsonObject, mode: string): void {
  const writes = state['ResultWriter'] !== undefined;
  if (state['Type'] === 'Parallel' || (state['Type'] === 'Map' && !writes)) {
    if (!isJsonArray(value)) throw validationException('Mocked result must be an array.');
  }
  if (state['Type'] === 'Map' && writes && !isJsonObject(value)) {
    throw validationException('Mocked result must be a JSON object.');
  }
  if (state['Type'] !== 'Task' || mode === 'NONE') return;
  const service = /^arn:[^:]+:states:[^:]*:[^:]*:(.+)$/.exec(String(state['Resource']))?.[1] ?? '';
  const fields = Object.hasOwn(RESULTS, service) ? RESULTS[service] : undefined;
  if (fields) checkFields(value, fields, mode);
}

function checkFields(value: Json, fields: Readonly<Record<string, Field>>, mode: string): void {
  if (!isJsonObject(value)) throw schemaError('Result must be an object');
  for (const [name, { type, required: needed }] of Object.entries(fields)) {
    const item = value[name];
    if (item === undefined) {
      if (needed && mode === 'STRICT') throw schemaError(`Required field '${name}' is missing`);
    } else if (typeof item !== type) {
      throw schemaError(`Field '${name}' must be a ${type}`);
    }
  }
}

const schemaError = (what: string): ServiceError =>
  validationException(`Mock result schema validation error: ${what}`);
