// A request with the redirects that its answer leads through, each judged as the first address was.
import { InvalidInput, OutcomeUnknown, ProviderUnavailable } from '../../errors.ts';
import type { Credential } from './credential.ts';
import { type Bounds, exchange, type HttpAnswer, type HttpCall } from './exchange.ts';

export interface Following extends Bounds {
  readonly maxRedirects: number;
  /** Whether a status is what the caller wants, a redirect included: it is not followed then. */
  isExpected(status: number): boolean;
  /** Whether a further try of the call does no harm. */
  readonly isIdempotent: boolean;
}

/** RFC 9110, sections 15.4.2 to 15.4.9. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What goes to another origin: headers may be credentials by any name. */
const HARMLESS = new Set(['accept', 'accept-encoding', 'accept-language', 'range', 'user-agent']);

/** @throws what `exchange` does; OutcomeUnknown for a redirect after which it is unknown whether the call took effect */
export async function follow(
  call: HttpCall,
  credential: Credential,
  following: Following,
): Promise<HttpAnswer> {
  const { maxRedirects, isExpected } = following;
  for (let next = call, redirects = 0; ; redirects += 1) {
    const answer = await exchange(next, credential, following);
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.status) || location === undefined || isExpected(answer.status)) return answer;
    const target = targetOf(location, answer);
    const kept = nextCall(next, target, answer.status);
    if (!kept) throw notFollowed(next, target, answer, following);
    if (redirects >= maxRedirects)
      throw new InvalidInput(
        `${answer.url.host} redirects once more than max_redirects (${maxRedirects}) allows`,
      );
    next = kept;
  }
}

function targetOf(location: string, { url, status }: HttpAnswer): URL {
  // Node has headers as a character a byte; a URL in one is ASCII, or else UTF-8.
  const text = Buffer.from(location, 'latin1').toString();
  if (!URL.canParse(text, url.href))
    throw new ProviderUnavailable(`${url.host} answered ${status} with a Location that is no address`);
  const target = new URL(text, url);
  target.hash = '';
  return target;
}

/**
 * The request that the redirect asks for; undefined when it is not made. What has a body, or changes something, is sent again
 * only where 307 and 308 ask for the same request, and only to its own origin: it could take data to another place, or effect twice.
 */
function nextCall(call: HttpCall, target: URL, status: number): HttpCall | undefined {
  const { url, method, headers } = call;
  const isSame = target.origin === url.origin;
  const isSafe = method === 'GET' || method === 'HEAD';
  if (url.protocol === 'https:' && target.protocol === 'http:') return undefined;
  if (!isSafe && !(isSame && (status === 307 || status === 308))) return undefined;
  if (isSame) return { ...call, url: target };
  const harmless = Object.entries(headers).filter(([name]) => HARMLESS.has(name));
  return { ...call, url: target, headers: Object.fromEntries(harmless) };
}

function notFollowed(
  { method }: HttpCall,
  target: URL,
  { url, status }: HttpAnswer,
  { isIdempotent }: Following,
) {
  const where = `${url.host} answered ${status}, which leads to ${target.origin}${target.pathname}`;
  const advice = `give that address, or name ${status} in expected_statuses`;
  // 303 is the answer to a form that was taken, and 302 what many servers have for it.
  if ((status === 302 || status === 303) && !isIdempotent)
    return new OutcomeUnknown(`${where}: the ${method} may have taken effect before that; ${advice}`);
  return new InvalidInput(`${where}, and is not followed with a ${method} or away from https: ${advice}`);
}
