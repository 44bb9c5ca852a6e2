// Where a large value of a run can be downloaded for a minute: an API's answer has at most 6 MB.
import { isBytes } from '../actions/large-values/reference.ts';
import { urlOf } from '../actions/large-values/store.ts';
import { ApiProblem } from '../problem.ts';
import { signedAddress, signedRequest } from '../signed-request.ts';

const SECONDS = 60;
const TIMEOUT_MS = 10_000;

export interface LargeValueAddress {
  readonly url: string;
  readonly expires_at: string;
}

/**
 * @param id that LARGE_VALUE_ID matches
 * @param name of the file that is saved
 * @throws ApiProblem not-found, unavailable
 */
export async function largeValueAddress(id: string, name = 'value'): Promise<LargeValueAddress> {
  const url = new URL(urlOf(id));
  const status = await headOf(url.href);
  if (status === 404 || status === 403)
    throw new ApiProblem('not-found', `The large value ${id} is not there, or is not kept any more`);
  if (status !== 200)
    throw new ApiProblem('unavailable', 'A service that this needs is busy or cannot be reached', {
      headers: { 'retry-after': '1' },
    });
  // Without spaces, which not all write alike in an address. A browser must save it, and never show it as a page: the sender of a mail says what it is.
  const type = isBytes(id) ? 'application/octet-stream' : 'text/plain;charset=utf-8';
  url.searchParams.set('response-content-type', type);
  url.searchParams.set('response-content-disposition', `attachment;filename*=UTF-8''${encoded(name)}`);
  const expires_at = new Date(Date.now() + SECONDS * 1000).toISOString();
  return { url: signedAddress(url, SECONDS), expires_at };
}

async function headOf(url: string): Promise<number | undefined> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return await signedRequest({ service: 's3', method: 'HEAD', url }, signal).then(
    ({ status }) => status,
    () => undefined,
  );
}

/** RFC 8187, section 3.2.1: what encodeURIComponent leaves and no attr-char is. */
function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
