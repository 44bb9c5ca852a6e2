// The cookie that holds a browser's refresh token, and the check of who sends it.
import { optionalSetting } from '../config.ts';
import { ApiProblem } from '../problem.ts';

/** Where a request comes from. Names of headers are in lower case; a cookie is `name=value`. */
export interface Sender {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: readonly string[];
}

/** Seconds: as long as the user pool lets a refresh token live (infrastructure/stack/users.yml). */
const MAX_AGE = 30 * 24 * 60 * 60;

/** Whether the request brings a session. Says nothing about whether it is still good. */
export function hasSession(sender: Sender): boolean {
  return sessionToken(sender) !== undefined;
}

/**
 * The refresh token of the cookie, undefined when there is none.
 * @throws ApiProblem foreign-origin when there is one and a page of another origin, or no page, sends it
 */
export function readSession(sender: Sender): string | undefined {
  const token = sessionToken(sender);
  if (token !== undefined) requireOwnOrigin(sender);
  return token;
}

/** The `Set-Cookie` that begins a session. */
export function sessionCookie(sender: Sender, refreshToken: string): string {
  return setCookie(sender, refreshToken, MAX_AGE);
}

/** The `Set-Cookie` that removes it. */
export function endedSessionCookie(sender: Sender): string {
  return setCookie(sender, '', 0);
}

/**
 * Cross-site request forgery: SameSite=Strict keeps the cookie from other sites, and this from other origins of the same
 * site, such as another port or subdomain. Browsers send `Origin` with every POST (https://fetch.spec.whatwg.org/#origin-header)
 * and no page can change it, nor `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/).
 * @throws ApiProblem foreign-origin
 */
export function requireOwnOrigin({ headers }: Sender): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined) {
    throw new ApiProblem(
      'foreign-origin',
      'The request has no Origin header: the cookie of a session is for browsers. Send the refresh token in the body instead',
    );
  }
  const own = [ownOrigin(headers), originOf(optionalSetting('API_URL'))];
  if (own.includes(origin) && (site === undefined || site === 'same-origin')) return;
  throw new ApiProblem(
    'foreign-origin',
    `A page of ${JSON.stringify(origin)} may not use the session of ${JSON.stringify(own[0])}`,
  );
}

/**
 * `__Host-` keeps a subdomain from planting a cookie of this name (RFC 6265bis, section 4.1.3.2); it demands `Path=/`, so the
 * cookie travels with every request to the API, where only /auth reads it. `__Secure-` with `Path=/auth` would travel
 * less, and could be planted: somebody would work in another's account without knowing. Over plain HTTP, which API Gateway
 * never serves and a laptop does, Chromium takes a `__Host-` cookie from loopback addresses, Safari none that is `Secure`:
 * there it has neither. Cookies do not tell ports apart (RFC 6265, section 8.5), so the name does.
 */
function cookieName(headers: Sender['headers']): string {
  const [, port] = /:(\d+)$/.exec(headers['host'] ?? '') ?? [];
  return `${isPlainHttp(headers) ? '' : '__Host-'}orchestra-session${port === undefined ? '' : `-${port}`}`;
}

function setCookie({ headers }: Sender, value: string, maxAge: number): string {
  const secure = isPlainHttp(headers) ? '' : ' Secure;';
  return `${cookieName(headers)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly;${secure} SameSite=Strict`;
}

function sessionToken({ headers, cookies }: Sender): string | undefined {
  const start = `${cookieName(headers)}=`;
  return cookies.find((cookie) => cookie.startsWith(start))?.slice(start.length) || undefined;
}

/** API Gateway writes this header itself, and serves HTTPS alone. */
function isPlainHttp(headers: Sender['headers']): boolean {
  return headers['x-forwarded-proto'] === 'http';
}

function ownOrigin(headers: Sender['headers']): string | undefined {
  const { host } = headers;
  return host === undefined ? undefined : originOf(`${isPlainHttp(headers) ? 'http' : 'https'}://${host}`);
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : URL.parse(url)?.origin;
}
