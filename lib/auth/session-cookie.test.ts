// The cookie of a session by the scheme and port of the request, and who may use it.
import { afterEach, expect, test } from 'vitest';
import type { Sender } from './cookies.ts';
import {
  endedSessionCookie,
  hasSession,
  readSession,
  requireOwnOrigin,
  sessionCookie,
} from './session-cookie.ts';

const sender = (headers: Sender['headers'], ...cookies: string[]): Sender => ({ headers, cookies });
const aws = { host: 'abc.execute-api.eu-west-1.amazonaws.com', 'x-forwarded-proto': 'https' };
const laptop = { host: '127.0.0.1:3000', 'x-forwarded-proto': 'http' };

afterEach(() => {
  delete process.env['API_URL'];
});

test.each([
  [aws, '__Host-orchestra-session=t; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict'],
  [
    { host: aws.host },
    '__Host-orchestra-session=t; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict',
  ],
  [
    { host: 'api.example.com:8443' },
    '__Host-orchestra-session-8443=t; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict',
  ],
  [laptop, 'orchestra-session-3000=t; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict'],
])('for %j the cookie is %s', (headers, cookie) => {
  expect(sessionCookie(sender(headers), 't')).toBe(cookie);
  expect(endedSessionCookie(sender(headers))).toBe(cookie.replace('=t', '=').replace('2592000', '0'));
});

test.each([
  [aws, 'https://abc.execute-api.eu-west-1.amazonaws.com'],
  [{ ...aws, 'sec-fetch-site': 'same-origin' }, 'https://abc.execute-api.eu-west-1.amazonaws.com'],
  [{ host: 'API.example.com:443' }, 'https://api.example.com'],
  [laptop, 'http://127.0.0.1:3000'],
  [{ ...laptop, host: 'localhost:3000' }, 'http://localhost:3000'],
  [{ ...laptop, host: '[::1]:3000' }, 'http://[::1]:3000'],
  // Behind a CDN, which has another host.
  [aws, 'https://orchestra.example.com'],
])('with %j the origin %s is its own', (headers, origin) => {
  process.env['API_URL'] = 'https://orchestra.example.com';
  expect(() => requireOwnOrigin(sender({ ...headers, origin }))).not.toThrow();
});

test.each([
  [aws, undefined],
  [aws, 'null'],
  [aws, ''],
  [aws, 'https://evil.example'],
  [aws, 'http://abc.execute-api.eu-west-1.amazonaws.com'],
  [aws, 'https://abc.execute-api.eu-west-1.amazonaws.com.evil.example'],
  [aws, 'https://abc.execute-api.eu-west-1.amazonaws.com:8443'],
  [aws, 'https://sub.abc.execute-api.eu-west-1.amazonaws.com'],
  [laptop, 'http://127.0.0.1:8080'],
  [laptop, 'http://localhost:3000'],
  [laptop, 'https://127.0.0.1:3000'],
  [{ ...laptop, 'sec-fetch-site': 'same-site' }, 'http://127.0.0.1:3000'],
  [{ ...laptop, 'sec-fetch-site': 'cross-site' }, 'http://127.0.0.1:3000'],
  [{ ...laptop, 'sec-fetch-site': 'none' }, 'http://127.0.0.1:3000'],
  [{ 'x-forwarded-proto': 'https' }, undefined],
  [{ 'x-forwarded-proto': 'https' }, 'https://evil.example'],
  [{ host: 'not a host' }, 'https://evil.example'],
])('with %j the origin %s is foreign', (headers, origin) => {
  expect(() => requireOwnOrigin(sender({ ...headers, origin }))).toThrow(
    expect.objectContaining({ name: 'ApiProblem', type: 'foreign-origin' }),
  );
});

test('a session is read from the cookie of its own name, and only by its own origin', () => {
  const cookies = ['other=1', 'orchestra-session-3001=other-stack', 'orchestra-session-3000=a=b'];
  const own = sender({ ...laptop, origin: 'http://127.0.0.1:3000' }, ...cookies);
  expect(readSession(own)).toBe('a=b');
  expect(() => readSession(sender(laptop, ...cookies))).toThrow(
    expect.objectContaining({ type: 'foreign-origin' }),
  );
  // Without a session there is nothing to protect.
  expect(readSession(sender(laptop, 'orchestra-session-3000='))).toBeUndefined();
  expect(readSession(sender(aws, 'orchestra-session=planted'))).toBeUndefined();
  expect([hasSession(own), hasSession(sender(aws))]).toEqual([true, false]);
});
