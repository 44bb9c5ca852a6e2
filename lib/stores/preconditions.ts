// Conditional requests: If-Match and If-None-Match (RFC 9110, section 13.1).
import { ApiProblem } from '../problem.ts';

/** Whether the ETag is among those of an If-Match header. Comparison is strong: a weak ETag matches nothing. */
export function matches(ifMatch: string, etag: string): boolean {
  if (ifMatch.trim() === '*') return true;
  const etags: readonly string[] = ifMatch.match(/(W\/)?"[^"]*"/g) ?? [];
  return etags.includes(etag);
}

/**
 * Checks an If-Match that was sent.
 * @param what names the resource in the answer: `workflow mail`
 * @throws ApiProblem precondition-failed
 */
export function checkIfMatch(ifMatch: string, etag: string, what: string): void {
  if (!matches(ifMatch, etag)) throw changedMeanwhile(what);
}

export function changedMeanwhile(what: string): ApiProblem {
  return new ApiProblem(
    'precondition-failed',
    `The ${what} is not the version that If-Match names; read it again`,
  );
}

export function nothingToReplace(what: string): ApiProblem {
  return new ApiProblem(
    'precondition-failed',
    `There is no ${what} to replace; send If-None-Match: * to create it`,
  );
}

/** A POST of an id that is taken. */
export function alreadyExists(what: string, path: string): ApiProblem {
  return new ApiProblem(
    'already-exists',
    `There is a ${what} already; choose another id, or replace it with PUT ${path} and its ETag in If-Match`,
  );
}

/** A PUT with `If-None-Match: *` of an id that is taken. */
export function existsDespiteIfNoneMatch(what: string): ApiProblem {
  return new ApiProblem(
    'precondition-failed',
    `There is a ${what} already; send its ETag in If-Match to replace it`,
  );
}

/**
 * Whether a PUT is to replace or to create, by its headers.
 * @throws ApiProblem precondition-required when both are missing, invalid-request when both are sent
 */
export function putCondition(headers: {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: '*' | undefined;
}): { readonly ifMatch: string } | 'create' {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw new ApiProblem(
      'invalid-request',
      'If-Match and If-None-Match: * exclude each other; send one of them',
    );
  }
  if (ifMatch !== undefined) return { ifMatch };
  if (ifNoneMatch !== undefined) return 'create';
  throw new ApiProblem(
    'precondition-required',
    'Send the ETag of the version that is to be replaced in If-Match, or If-None-Match: * to create',
  );
}

/**
 * The If-Match that a rollback needs.
 * @throws ApiProblem precondition-required when it is missing
 */
export function rollbackCondition(headers: { readonly 'if-match'?: string | undefined }): string {
  const { 'if-match': ifMatch } = headers;
  if (ifMatch !== undefined) return ifMatch;
  throw new ApiProblem(
    'precondition-required',
    'Send the ETag of the version that is in force now in If-Match, or If-Match: * to replace whatever there is',
  );
}

/**
 * The If-Match that a DELETE needs.
 * @throws ApiProblem precondition-required when it is missing
 */
export function deleteCondition(headers: { readonly 'if-match'?: string | undefined }): string {
  const { 'if-match': ifMatch } = headers;
  if (ifMatch !== undefined) return ifMatch;
  throw new ApiProblem(
    'precondition-required',
    'Send the ETag of the version that is to be deleted in If-Match, or If-Match: * to delete whatever there is',
  );
}
