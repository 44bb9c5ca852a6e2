// The input of an API call: its fields are read one by one, and refused as AWS refuses them.
import { constraint, invalidToken, ServiceError } from '../model/errors.ts';
import {
  asNumber,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  MAX_PAYLOAD_BYTES,
} from '../model/json.ts';

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  /** As in the API's model. */
  readonly pattern?: string;
  /** The value is left out of messages. */
  readonly sensitive?: true;
}

/** Constraints of the shapes in the API's model. */
export const ARN = { min: 1, max: 256 } as const;
export const LONG_ARN = { min: 1, max: 2000 } as const;
export const DEFINITION = { min: 1, max: 1_048_576, sensitive: true } as const;
export const DESCRIPTION = { max: 256, sensitive: true } as const;
export const INCLUDED_DATA = { values: ['ALL_DATA', 'METADATA_ONLY'] };
export const DATA = { max: MAX_PAYLOAD_BYTES, sensitive: true } as const;
export const STATE_NAME = { min: 1, max: 80, sensitive: true } as const;
export const ERROR = { max: 256, sensitive: true } as const;
export const CAUSE = { max: 32_768, sensitive: true } as const;

/** The names that AWS's deserialiser has for the types of JSON. */
const TYPE_NAMES = {
  string: 'a String',
  number: 'an Integer',
  boolean: 'a Boolean',
  object: 'a Structure',
  array: 'a List',
};

export class ApiRequest {
  readonly #fields: JsonObject;
  /** The operation's name: `ListExecutions`. */
  readonly operation: string;
  /** The path of the fields in the request, with a dot at its end: `routingConfiguration.1.member.`. */
  readonly #path: string;

  constructor(fields: JsonObject, operation = '', path = '') {
    this.#fields = fields;
    this.operation = operation;
    this.#path = path;
  }

  has(name: string): boolean {
    return this.#field(name) !== undefined;
  }

  /** Throws ValidationException when the field is missing. */
  requiredString(name: string, limits: TextLimits = {}): string {
    const value = this.string(name, limits);
    return value ?? this.#missing(name);
  }

  string(name: string, limits: TextLimits = {}): string | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    return checkText(value, this.#path + name, limits);
  }

  #missing(name: string): never {
    throw constraint('null', this.#path + name, 'Member must not be null');
  }

  integer(name: string, limits: NumberLimits): number | undefined {
    const value = asNumber(this.#field(name));
    if (value === undefined) return undefined;
    if (!Number.isInteger(value)) throw wrongType(value, 'number');
    return this.number(name, limits);
  }

  requiredInteger(name: string, limits: NumberLimits): number {
    return this.integer(name, limits) ?? this.#missing(name);
  }

  number(name: string, { min, max }: NumberLimits): number | undefined {
    const value = asNumber(this.#field(name));
    if (value === undefined) return undefined;
    if (typeof value !== 'number') throw wrongType(value, 'number');
    const path = this.#path + name;
    if (value < min) {
      throw constraint(`'${value}'`, path, `Member must have value greater than or equal to ${min}`);
    }
    if (value > max) {
      throw constraint(`'${value}'`, path, `Member must have value less than or equal to ${max}`);
    }
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw wrongType(value, 'boolean');
    return value;
  }

  /** A structure's own fields. */
  structure(name: string): ApiRequest | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) throw wrongType(value, 'object');
    return new ApiRequest(value, this.operation, `${this.#path}${name}.`);
  }

  /** The fields of each structure in a list. */
  structures(name: string, limits: ListLimits = {}): readonly ApiRequest[] | undefined {
    return this.#list(name, limits)?.map((item, index) => {
      if (!isJsonObject(item)) throw wrongType(item, 'object');
      return new ApiRequest(item, this.operation, `${this.#path}${name}.${index + 1}.member.`);
    });
  }

  /** Throws ValidationException when the list is missing. */
  requiredStructures(name: string, limits: ListLimits = {}): readonly ApiRequest[] {
    return this.structures(name, limits) ?? this.#missing(name);
  }

  requiredStrings(name: string, limits: TextLimits): readonly string[] {
    const list = this.#list(name, {}) ?? this.#missing(name);
    return list.map((item, index) => checkText(item, `${this.#path}${name}.${index + 1}.member`, limits));
  }

  #list(name: string, { min = 0, max = Number.POSITIVE_INFINITY }: ListLimits): readonly Json[] | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (!isJsonArray(value)) throw wrongType(value, 'array');
    const path = this.#path + name;
    if (value.length < min) {
      throw constraint("'[]'", path, `Member must have length greater than or equal to ${min}`);
    }
    if (value.length > max)
      throw constraint('', path, `Member must have length less than or equal to ${max}`);
    return value;
  }

  /** AWS treats null as left out. */
  #field(name: string): Json | undefined {
    return this.#fields[name] ?? undefined;
  }
}

interface NumberLimits {
  readonly min: number;
  readonly max: number;
}

/** The number of items. */
interface ListLimits {
  readonly min?: number;
  readonly max?: number;
}

function checkText(
  value: Json,
  path: string,
  { min = 0, max = Number.POSITIVE_INFINITY, values, pattern, sensitive }: TextLimits,
): string {
  if (typeof value !== 'string') throw wrongType(value, 'string');
  const refused = (text: string) => constraint(sensitive ? '' : `'${value}'`, path, text);
  if (value.length < min) throw refused(`Member must have length greater than or equal to ${min}`);
  if (value.length > max) throw refused(`Member must have length less than or equal to ${max}`);
  if (values && !values.includes(value)) {
    throw refused(`Member must satisfy enum value set: [${values.join(', ')}]`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
    throw refused(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  return value;
}

function wrongType(value: Json, expected: keyof typeof TYPE_NAMES): ServiceError {
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
  /** The tokens of one operation are invalid for any other. */
  readonly operation: string;
  readonly limit: number;
  /** 0 for the first page, then what `next` gave `pageOf`. */
  readonly position: number;
}

/** maxResults and nextToken. Throws InvalidToken when the token is not one of this operation. */
export function readPage(request: ApiRequest): Page {
  const { operation } = request;
  const limit = request.integer('maxResults', { min: 0, max: MAX_RESULTS }) || DEFAULT_RESULTS;
  const token = request.string('nextToken', { min: 1, max: 3096 });
  if (token === undefined) return { operation, limit, position: 0 };
  const [of, position = ''] = Buffer.from(token, 'base64url').toString().split(' ');
  if (of !== operation || !/^\d{1,15}$/.test(position)) throw invalidToken();
  return { operation, limit, position: Number(position) };
}

/**
 * `rows` are up to one more than the page takes: the one too many shows that there is a next page.
 * `next` gives the position of that page from the last row of this one; without it positions count rows.
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
