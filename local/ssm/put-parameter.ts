// PutParameter: the rules for names, types and sizes.
import type * as z from 'zod';
import { AwsError } from '../aws/error.ts';
import type { putParameterRequest } from './requests.ts';
import type { ParameterStore } from './store.ts';

type Request = z.infer<typeof putParameterRequest>;

const MAX_VALUE_BYTES = { Standard: 4096, Advanced: 8192 };

const invalid = (message: string) => new AwsError('ValidationException', message);

/**
 * @param now milliseconds since 1970
 * @throws ValidationException, ParameterAlreadyExists
 */
export async function putParameter(store: ParameterStore, request: Request, now: number): Promise<object> {
  const { Name, Value, Type, Overwrite, Description } = request;
  checkName(Name);
  const existing = store.find(Name);
  if (existing && !Overwrite)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  const type = Type ?? existing?.type;
  if (!type) throw invalid('A parameter type is required when you create a parameter.');
  const tier = request.Tier === undefined || request.Tier === 'Standard' ? 'Standard' : 'Advanced';
  checkSize(Value, tier);
  const version = (existing?.version ?? 0) + 1;
  const description = Description ?? existing?.description;
  await store.put({
    name: Name,
    type,
    value: Value,
    version,
    modified: now / 1000,
    ...(description === undefined ? {} : { description }),
  });
  return { Version: version, Tier: tier };
}

function checkSize(value: string, tier: keyof typeof MAX_VALUE_BYTES): void {
  const limit = MAX_VALUE_BYTES[tier];
  if (Buffer.byteLength(value) > limit)
    throw invalid(
      `${tier} tier parameters support a maximum parameter value of ${limit} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    );
}

function checkName(name: string): void {
  const isPath = name.includes('/');
  if (!/^[\w./-]+$/.test(name) || (isPath && !name.startsWith('/')) || name.split('/').length > 16)
    throw invalid(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (/^\/?(?:aws|ssm)/i.test(name))
    throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
}
