// The cookie that holds a browser's refresh token, and the check of who sends it.
import { ApiProblem } from '../problem.ts';
import { cookieValue, ownOrigins, type Sender, setCookie } from './cookies.ts';

/** Seconds: as long as the user pool lets a refresh token live (infrastructure/stack/users.yml). */
const MAX_AGE = 30 * 24 * 60 * 60;
const NAME = 'session';

/** Whether the request brings a session. Says nothing about whether it is still good. */
export function hasSession(sender: Sender): boolean {
  return cookieValue(sender, NAME) !== undefined;
}

/**
 * The refresh token of the cookie, undefined when there is none.
 * @throws ApiProblem foreign-origin when there is one and a page of another origin, or no page, sends it
 */
export function readSession(sender: Sender): string | undefined {
  const token = cookieValue(sender, NAME);
  if (token !== undefined) requireOwnOrigin(sender);
  return token;
}

/** The `Set-Cookie` that begins a session. */
export function sessionCookie(sender: Sender, refreshToken: string): string {
  return setCookie(sender, { name: NAME, value: refreshToken, maxAge: MAX_AGE, sameSite: 'Strict' });
}

/** The `Set-Cookie` that removes it. */
export function endedSessionCookie(sender: Sender): string {
  return setCookie(sender, { name: NAME, value: '', maxAge: 0, sameSite: 'Strict' });
}

/**
 * Cross-site request forgery: SameSite=Strict keeps the cookie from other sites, and this from other origins of the same
 * site, such as another port or subdomain. Browsers send `Origin` with every POST (https://fetch.spec.whatwg.org/#origin-header)
 * and no page can change it, nor `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/).
 * @throws ApiProblem foreign-origin
 */
export function requireOwnOrigin(sender: Sender): void {
  const { origin, 'sec-fetch-site': site } = sender.headers;
  if (origin === undefined) {
    throw new ApiProblem(
      'foreign-origin',
      'The request has no Origin header: the cookie of a session is for browsers. Send the refresh token in the body instead',
    );
  }
  const own = ownOrigins(sender);
  if (own.includes(origin) && (site === undefined || site === 'same-origin')) return;
  throw new ApiProblem(
    'foreign-origin',
    `A page of ${JSON.stringify(origin)} may not use the session of ${JSON.stringify(own[0])}`,
  );
}
