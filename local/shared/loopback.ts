// What the servers of a laptop refuse: requests that a page of another site makes a browser send. A name that such a
// page has made resolve to this machine (DNS rebinding) stands in Host; a page that calls the address itself has its own
// name in Origin, or Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) says so.
import type { IncomingHttpHeaders } from 'node:http';

/** RFC 6761, section 6.3: names below localhost are this machine's too. */
const LOOPBACK = String.raw`(?:(?:[a-z0-9_-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?`;
const HOST = new RegExp(`^${LOOPBACK}$`, 'i');
const ORIGIN = new RegExp(`^https?://${LOOPBACK}$`, 'i');

export interface LoopbackOptions {
  readonly method: string | undefined;
  /** Whether a link on another site may lead here: to a page, a form of consent. */
  readonly links: boolean;
}

/** Why a request is refused; undefined when it is not. */
export function foreignRequest(
  headers: IncomingHttpHeaders,
  { method, links }: LoopbackOptions,
): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (!HOST.test(host))
    return `Only localhost and 127.0.0.1 are served here, and the request was sent to ${JSON.stringify(host)}`;
  if (origin !== undefined && !ORIGIN.test(origin))
    return `Pages of other sites may not call this machine, and the request came from ${JSON.stringify(origin)}`;
  const isLink = links && mode === 'navigate' && (method === 'GET' || method === 'HEAD');
  const isOwnPage = links && origin !== undefined;
  if (site === 'cross-site' && !isLink && !isOwnPage)
    return 'Pages of other sites may not call this machine, and the request came from one';
  return undefined;
}
