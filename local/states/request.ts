// The input of an API call, read field by field, refused as AWS refuses it.
import { invalidToken, ServiceError, validationException } from './errors.ts';
import {
  exceedsPayload,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  MAX_PAYLOAD_BYTES,
} from './json.ts';

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

/** Words of AWS's serialisers for the types of JSON. */
const TYPE_NAMES = {
  string: 'a String',
  number: 'an Integer',
  boolean: 'a Boolean',
  object: 'a Structure',
  array: 'a List',
};

export class ApiRequest {
  readonly #fields: JsonObject;
  /** Whose input it is: `ListExecutions`. */
  readonly operation: string;

  constructor(fields: JsonObject, operation = '') {
    this.#fields = fields;
    this.operation = operation;
  }

  /** Throws ValidationException when the field is missing. */
  requiredString(name: string, limits: TextLimits = {}): string {
    const value = this.string(name, limits);
    if (value === undefined) throw constraint('null', name, 'Member must not be null');
    return value;
  }

  string(
    name: string,
    { min = 0, max = Number.POSITIVE_INFINITY, values }: TextLimits = {},
  ): string | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrongType(value, 'string');
    if (value.length < min) {
      throw constraint(`'${value}'`, name, `Member must have length greater than or equal to ${min}`);
    }
    if (value.length > max) {
      throw constraint(`'${value}'`, name, `Member must have length less than or equal to ${max}`);
    }
    if (values && !values.includes(value)) {
      throw constraint(`'${value}'`, name, `Member must satisfy enum value set: [${values.join(', ')}]`);
    }
    return value;
  }

  integer(name: string, limits: { readonly min: number; readonly max: number }): number | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value, 'number');
    if (value < limits.min) {
      throw constraint(`'${value}'`, name, `Member must have value greater than or equal to ${limits.min}`);
    }
    if (value > limits.max) {
      throw constraint(`'${value}'`, name, `Member must have value less than or equal to ${limits.max}`);
    }
    return value;
  }

  number(name: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number') throw wrongType(value, 'number');
    if (value < min || value > max) {
      throw constraint(`'${value}'`, name, `Member must have value between ${min} and ${max}`);
    }
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw wrongType(value, 'boolean');
    return value;
  }

  object(name: string): JsonObject | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) throw wrongType(value, 'object');
    return value;
  }

  array(name: string): readonly Json[] | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (!isJsonArray(value)) throw wrongType(value, 'array');
    return value;
  }

  /** AWS takes null as left out. */
  #field(name: string): Json | undefined {
    return this.#fields[name] ?? undefined;
  }
}

/** A longer one is not told back to who sent it. */
const MAX_TOLD = 1000;

function constraint(value: string, name: string, text: string): ServiceError {
  const told = value.length > MAX_TOLD ? '' : `${value} `;
  return validationException(
    `1 validation error detected: Value ${told}at '${name}' failed to satisfy constraint: ${text}`,
  );
}

/** Throws ValidationException when a text has more bytes than a payload may have. */
export function checkPayload(name: string, text: string): void {
  if (!exceedsPayload(text)) return;
  throw validationException(
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`,
  );
}

export function wrongType(value: Json, expected: keyof typeof TYPE_NAMES): ServiceError {
  const found = isJsonArray(value)
    ? 'START_ARRAY'
    : isJsonObject(value)
      ? 'START_OBJECT'
      : typeof value === 'boolean'
        ? `${String(value).toUpperCase()}_VALUE`
        : `${typeof value}_VALUE`.toUpperCase();
  return new ServiceError(
    'SerializationException',
    `${found} can not be converted to ${TYPE_NAMES[expected]}`,
  );
}

const DEFAULT_RESULTS = 100;
const MAX_RESULTS = 1000;

export interface Page {
  /** Its tokens are good for no other one. */
  readonly operation: string;
  readonly limit: number;
  /** Where the page begins: 0 for the first one, then what `pageOf` was given. */
  readonly position: number;
}

/** maxResults and nextToken. Throws InvalidToken when the token is not one that this operation gave. */
export function readPage(request: ApiRequest): Page {
  const { operation } = request;
  const limit = request.integer('maxResults', { min: 0, max: MAX_RESULTS }) || DEFAULT_RESULTS;
  const token = request.string('nextToken', { min: 1, max: 3096 });
  if (token === undefined) return { operation, limit, position: 0 };
  const [of, position = ''] = Buffer.from(token, 'base64url').toString().split(' ');
  if (of !== operation || !/^\d{1,15}$/.test(position)) throw invalidToken(token);
  return { operation, limit, position: Number(position) };
}

/** A definition, or the `{}` that a request with `includedData` METADATA_ONLY gets. */
export function includedDefinition(request: ApiRequest, definition: string): string {
  const included = request.string('includedData', { values: ['ALL_DATA', 'METADATA_ONLY'] });
  return included === 'METADATA_ONLY' ? '{}' : definition;
}

/**
 * One more row than the page holds must have been asked for: that row tells whether there is a next page.
 * `next` gives that page's position by the last row of this one; without it positions count rows.
 */
export function pageOf<T>(
  rows: readonly T[],
  { operation, limit, position }: Page,
  next: (last: T) => number = () => position + limit,
): { rows: readonly T[]; nextToken?: string } {
  const last = rows[limit - 1];
  if (rows.length <= limit || last === undefined) return { rows };
  const nextToken = Buffer.from(`${operation} ${next(last)}`).toString('base64url');
  return { rows: rows.slice(0, limit), nextToken };
}
