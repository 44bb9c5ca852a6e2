// How a value violates a JSON Schema that a model was given, in words for the model and for the author of a workflow.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { InvalidInput } from '../errors.ts';
import { ajvWords } from '../plain-words.ts';
import { boundedRegExp, PatternTooSlow } from './bounded-pattern.ts';

/** What is wrong with a value, each place as a JSON pointer; undefined when it fits. */
export type Mismatch = (value: unknown) => string | undefined;

/**
 * @param whole what the value itself is called, which has no pointer to name
 * @throws InvalidInput when the schema is invalid
 */
export function mismatchWith(
  { $schema: _, ...schema }: Readonly<Record<string, unknown>>,
  whole: string,
): Mismatch {
  const ajv = new Ajv2020({
    ...{ allErrors: true, strict: false, validateFormats: false, logger: false },
    // 19.99 is a multiple of 0.01, though not in binary.
    multipleOfPrecision: 9,
    code: { regExp: boundedRegExp },
  });
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(schema);
  } catch (cause) {
    throw new InvalidInput('A schema given to the model is not a valid JSON Schema', { cause });
  }
  return (value) => {
    try {
      if (validate(value)) return undefined;
    } catch (error) {
      if (error instanceof PatternTooSlow) return error.message;
      throw error;
    }
    return [...new Set((validate.errors ?? []).slice(0, 10).map((error) => described(error, whole)))].join(
      '; ',
    );
  };
}

function described(error: ErrorObject, whole: string): string {
  return `${error.instancePath || whole} ${ajvWords(error)}`.slice(0, 300).toWellFormed();
}
