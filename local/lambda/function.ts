// A function of the laptop's Lambda, and its name and ARN.
import { functionNotFound } from './checks.ts';

export interface LocalFunction {
  /** Path of the module that exports `handler`. */
  readonly file: string;
  readonly timeoutSeconds: number;
  /** Reported to the function and in its log; not enforced. 1024 when left out. */
  readonly memoryMb?: number;
}

const ARN_PREFIX = 'arn:aws:lambda:us-east-1:000000000000:function:';

export function arnOf(functionName: string): string {
  return ARN_PREFIX + functionName;
}

/**
 * The function's name in a name, a partial ARN or an ARN, each with or without a qualifier.
 * @param encoded a segment of the path
 * @param qualifier the query parameter Qualifier
 * @throws ResourceNotFoundException for a version or alias other than $LATEST
 */
export function functionNameOf(encoded: string, qualifier: string | null): string {
  const text = encoded.replace(/%3a/gi, ':').replace(/%24/g, '$');
  const match =
    /^(?:(?:arn:aws:lambda:us-east-1:)?000000000000:function:)?([A-Za-z0-9_-]{1,140})(?::([$\w-]+))?$/.exec(
      text,
    );
  const [, name, version = qualifier ?? '$LATEST'] = match ?? [];
  if (name !== undefined && version === '$LATEST') return name;
  const suffix = qualifier === null ? '' : `:${qualifier}`;
  throw functionNotFound(text.startsWith('arn:') ? text : arnOf(text + suffix));
}
