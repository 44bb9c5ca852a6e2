// The form of this API's cookies, by where a request comes from.
import { optionalSetting } from '../config.ts';

/** Where a request comes from. Names of headers are in lower case; a cookie is `name=value`. */
export interface Sender {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: readonly string[];
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  /** In seconds; 0 removes it. */
  readonly maxAge: number;
  /** `Lax`: also sent when a link, or a redirect, of another site leads here. */
  readonly sameSite: 'Strict' | 'Lax';
}

/** A `Set-Cookie`. */
export function setCookie({ headers }: Sender, { name, value, maxAge, sameSite }: Cookie): string {
  const secure = isPlainHttp(headers) ? '' : ' Secure;';
  return `${cookieName(headers, name)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly;${secure} SameSite=${sameSite}`;
}

/** The value of a cookie; undefined when there is none, or an empty one. */
export function cookieValue({ headers, cookies }: Sender, name: string): string | undefined {
  const start = `${cookieName(headers, name)}=`;
  return cookies.find((cookie) => cookie.startsWith(start))?.slice(start.length) || undefined;
}

/** The origins by which the API is reached: that of this request, and that of the setting API_URL. */
export function ownOrigins({ headers }: Sender): readonly (string | undefined)[] {
  const { host } = headers;
  const asked = host === undefined ? undefined : `${isPlainHttp(headers) ? 'http' : 'https'}://${host}`;
  return [originOf(asked), originOf(optionalSetting('API_URL'))];
}

/**
 * `__Host-` keeps a subdomain from planting a cookie of this name (RFC 6265bis, section 4.1.3.2); it demands `Path=/`, so the
 * cookie travels with every request to the API. `__Secure-` with a path would travel less, and could be planted: somebody
 * would work in another's account without knowing. Over plain HTTP, which API Gateway never serves and a laptop does,
 * Chromium takes a `__Host-` cookie from loopback addresses, Safari none that is `Secure`: there it has neither. Cookies do
 * not tell ports apart (RFC 6265, section 8.5), so the name does.
 */
function cookieName(headers: Sender['headers'], name: string): string {
  const [, port] = /:(\d+)$/.exec(headers['host'] ?? '') ?? [];
  return `${isPlainHttp(headers) ? '' : '__Host-'}orchestra-${name}${port === undefined ? '' : `-${port}`}`;
}

/** API Gateway writes this header itself, and serves HTTPS alone. */
function isPlainHttp(headers: Sender['headers']): boolean {
  return headers['x-forwarded-proto'] === 'http';
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : URL.parse(url)?.origin;
}
