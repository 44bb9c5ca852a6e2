// Names of state machines and executions.
import { ServiceError } from '../model/errors.ts';
import type { ApiRequest } from './request.ts';

/** Characters that the API reference forbids: white space, wildcards, brackets, quotes, control characters and others. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff\u{10ffff}]/u;

/** The request's `name`. Throws InvalidName. */
export function readName(request: ApiRequest): string | undefined {
  const name = request.string('name', { min: 1, max: 80 });
  if (name !== undefined && FORBIDDEN.test(name))
    throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
  return name;
}
