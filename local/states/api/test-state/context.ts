// The context object that is given to TestState: its fields and their types are checked.
import { type ServiceError, validationException } from '../../model/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { readJson } from '../../model/json-text.ts';

type Kind = 'string' | 'number' | 'any' | Shape;
interface Shape {
  readonly [field: string]: Kind;
}

/** Developer guide, "Accessing execution data from the Context object". */
const CONTEXT: Shape = {
  Execution: {
    Id: 'string',
    Input: 'any',
    Name: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
    RoleArn: 'string',
    StartTime: 'string',
  },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'number' },
  StateMachine: { Id: 'string', Name: 'string' },
  Task: { Token: 'string' },
  Map: { Item: { Index: 'number', Key: 'string', Source: 'string', Value: 'any' } },
};

const invalid = (text: string): ServiceError =>
  validationException(`Invalid Context object provided: ${text}`);

/** Throws ValidationException. */
export function readContext(text: string): JsonObject {
  const read = readJson(text);
  if ('fault' in read) throw invalid(read.fault.message);
  if (!isJsonObject(read.value)) throw invalid('Context must be an object');
  check(read.value, CONTEXT, '');
  return read.value;
}

function check(value: JsonObject, shape: Shape, path: string): void {
  for (const [field, item] of Object.entries(value)) {
    const kind = Object.hasOwn(shape, field) ? shape[field] : undefined;
    if (kind === undefined) throw invalid(`Field '${field}' is not allowed`);
    const place = path === '' ? field : `${path}.${field}`;
    if (typeof kind !== 'string') {
      if (!isJsonObject(item)) throw invalid(`${place} must be an object`);
      check(item, kind, place);
    } else if (kind !== 'any' && typeof item !== kind) {
      throw invalid(`${place} must be a ${kind}`);
    }
  }
}

/** Fields that are given replace the engine's own, one by one. */
export function mergeContext(own: Json, given: JsonObject): JsonObject {
  const merged: Record<string, Json> = isJsonObject(own) ? { ...own } : {};
  for (const [field, value] of Object.entries(given)) {
    merged[field] =
      isJsonObject(value) && field !== 'Input' && field !== 'Value'
        ? mergeContext(merged[field] ?? {}, value)
        : value;
  }
  return merged;
}
