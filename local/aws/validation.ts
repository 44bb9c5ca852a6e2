// Reading a request's JSON by a schema, with AWS's words for what is wrong with it.
import type * as z from 'zod';
import { AwsError } from './error.ts';

/** @throws SerializationException, ValidationException */
export function readJson<T>(body: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parseJson(body));
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) =>
      `Value at '${path.map(String).join('.')}' failed to satisfy constraint: ${message}`,
  );
  throw validationError(problems);
}

/** @param problems what failed, each as `Value at 'member' failed to satisfy constraint: …` */
export function validationError(problems: readonly string[]): AwsError {
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
  return new AwsError('ValidationException', `${count}: ${problems.join('; ')}`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON');
  }
}
