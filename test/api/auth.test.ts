// The table of routes, walked with every role and with every kind of token that must not pass.
import { createRequire } from 'node:module';
import { decodeJwt, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../lib/api/routes/route-table.ts';
import { type Role, roles } from '../../lib/auth/roles.ts';
import { callApi, startTestStack, type TestStack } from '../support/test-stack.ts';

const users = { viewer: 'viewer', editor: 'editor', admin: 'demo' } as const satisfies Record<Role, string>;

/** The user pool's own key, so that each token below is wrong in one respect only. */
const { jwk } = createRequire(import.meta.url)('cognito-local/lib/keys/cognitoLocal.private.json');

let stack: TestStack;
/** Tokens that must be refused, by what is wrong with them. */
let refused: Record<string, string>;
let accepted: Record<Role, string>;

beforeAll(async () => {
  stack = await startTestStack();
  accepted = {
    viewer: await stack.tokenOf(users.viewer),
    editor: await stack.tokenOf(users.editor),
    admin: await stack.tokenOf(users.admin),
  };
  refused = await refusedTokens();
});
afterAll(() => stack.close());

async function refusedTokens(): Promise<Record<string, string>> {
  const claims = decodeJwt(accepted.admin);
  const sign = async (changes: JWTPayload, { kid = jwk.kid, key = jwk } = {}) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(await importJWK(key, 'RS256'));
  const [header = '', payload = '', signature = ''] = accepted.admin.split('.');
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const foreign = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: jwk.kid })
    .sign(privateKey);
  const now = Math.floor(Date.now() / 1000);
  return {
    'an expired token': await sign({ iat: now - 7200, exp: now - 3600 }),
    'a token of another issuer': await sign({
      iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_another',
    }),
    'a token for another client': await sign({ client_id: 'another' }),
    'an id token': await sign({ token_use: 'id', aud: claims['client_id'] as string }), // a string in every access token
    'a token without a signature (alg: none)': `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`,
    'a tampered payload': `${header}.${encode({ ...claims, 'cognito:groups': ['admin'], username: 'mallory' })}.${signature}`,
    'an unknown key id': await sign({}, { kid: 'unknown' }),
    'a foreign signature': foreign,
    'no JWT at all': 'nonsense',
  };
}

const call = (method: string, path: string, token: string | null) =>
  callApi(
    stack.stack.apiUrl + path.replace('{id}', path.startsWith('/executions') ? 'nothing.here' : 'nothing'),
    method,
    {
      token,
      ...(method === 'POST' || method === 'PUT' ? { body: {} } : {}),
    },
  );

test('the tokens that the tests sign themselves are good but for their fault', async () => {
  const good = await new SignJWT(decodeJwt(accepted.admin))
    .setProtectedHeader({ alg: 'RS256', kid: jwk.kid })
    .sign(await importJWK(jwk, 'RS256'));
  expect((await call('GET', '/workflows', good)).status).toBe(200);
});

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (_, { method, path, role }) => {
    if (role === null) {
      test('needs no token', async () => {
        const { body } = await call(method, path, null);
        expect(body).not.toEqual({ message: 'Unauthorized' });
      });
      return;
    }

    test('refuses a request without a token, and every bad token', async () => {
      expect((await call(method, path, null)).status).toBe(401);
      for (const [fault, token] of Object.entries(refused)) {
        const { status, body } = await call(method, path, token);
        expect([fault, status, body]).toEqual([fault, 401, { message: 'Unauthorized' }]);
      }
    });

    test(`lets ${roles.slice(roles.indexOf(role)).join(', ')} pass and nobody below`, async () => {
      for (const caller of roles) {
        const { status, body } = await call(method, path, accepted[caller]);
        if (roles.indexOf(caller) < roles.indexOf(role))
          expect([caller, status, body.title]).toEqual([caller, 403, 'The role does not allow this']);
        else expect([401, 403]).not.toContain(status);
      }
    });
  },
);
