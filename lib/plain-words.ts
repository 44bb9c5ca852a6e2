// What is wrong with a value, in plain words: the issues of zod and of ajv, whose own messages are written for programmers.
import type { ErrorObject } from 'ajv';
import type * as z from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

/** `must have at least 1 character`; of an issue whose schema has a message of its own, that. */
export function zodWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'unrecognized_keys':
      return 'is not known here';
    case 'too_small':
      return isDefault(issue.message)
        ? bounded('at least', Number(issue.minimum), issue.origin)
        : issue.message;
    case 'too_big':
      return isDefault(issue.message)
        ? bounded('at most', Number(issue.maximum), issue.origin)
        : issue.message;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return isDefault(issue.message) ? `must be of the form ${issue.format}` : issue.message;
    default:
      return isDefault(issue.message) ? 'is not one of the values that it can have' : issue.message;
  }
}

function isDefault(message: string): boolean {
  return /^(Invalid|Too (small|big))/.test(message);
}

/** By the keyword of JSON Schema that was not met. */
export function ajvWords({
  keyword,
  params,
  message,
}: Pick<ErrorObject, 'keyword' | 'params' | 'message'>): string {
  const limit = Number(params['limit']);
  switch (keyword) {
    case 'type': {
      const types = [params['type']].flat().map((type) => TYPES[String(type)] ?? String(type));
      return `must be ${types.join(' or ')}`;
    }
    case 'enum':
      return `must be ${oneOf(params['allowedValues'])}`;
    case 'const':
      return `must be ${oneOf([params['allowedValue']])}`;
    case 'required':
      return `must have ${JSON.stringify(params['missingProperty'])}`;
    case 'additionalProperties':
      return `must not have ${JSON.stringify(params['additionalProperty'])}, which is not known here`;
    case 'minLength':
      return bounded('at least', limit, 'string');
    case 'maxLength':
      return bounded('at most', limit, 'string');
    case 'minItems':
      return bounded('at least', limit, 'array');
    case 'maxItems':
      return bounded('at most', limit, 'array');
    case 'minProperties':
      return bounded('at least', limit, 'object');
    case 'maxProperties':
      return bounded('at most', limit, 'object');
    case 'minimum':
      return bounded('at least', limit, 'number');
    case 'maximum':
      return bounded('at most', limit, 'number');
    case 'exclusiveMinimum':
      return `must be more than ${limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}`;
    case 'multipleOf':
      return `must be a multiple of ${params['multipleOf']}`;
    case 'uniqueItems':
      return `must have no item twice: ${params['j']} and ${params['i']} are the same`;
    case 'pattern':
      return `must match ${params['pattern']}`;
    default:
      return (message ?? 'is not valid').replace(/\bNOT\b/, 'not');
  }
}

const UNITS: Readonly<Record<string, string>> = {
  string: 'character',
  array: 'item',
  object: 'key',
  set: 'item',
};

function bounded(bound: string, limit: number, origin: string): string {
  const unit = UNITS[origin];
  return unit === undefined
    ? `must be ${bound} ${limit}`
    : `must have ${bound} ${limit} ${unit}${limit === 1 ? '' : 's'}`;
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value) ?? String(value));
  return texts.length === 1 ? `${texts[0]}` : `one of ${texts.join(', ')}`;
}
