// Access tokens of the user pool and of a further issuer, with keys served over real HTTP.
import { createServer } from 'node:http';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { close, listen } from '../../local/shared/http-server.ts';
import { createVerifier, type Verify } from './verify.ts';

const userPoolId = 'us-east-1_Pool1';
const poolIssuer = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`;
const clientId = 'client';
const now = Math.floor(Date.now() / 1000);

/** Key sets by path, and how often each was asked for. */
const keySets: Record<string, unknown> = {};
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  const keySet = keySets[request.url ?? ''];
  response.writeHead(keySet ? 200 : 404).end(JSON.stringify(keySet ?? {}));
});
let url: string;
let verify: Verify;
let keys: GenerateKeyPairResult;
let otherKeys: GenerateKeyPairResult;

beforeAll(async () => {
  url = await listen(server, 0);
  keys = await generateKeyPair('RS256', { extractable: true });
  otherKeys = await generateKeyPair('RS256', { extractable: true });
  const keySet = async (pair: GenerateKeyPairResult, kid: string) => ({
    keys: [{ ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' }],
  });
  keySets[`/${userPoolId}/.well-known/jwks.json`] = await keySet(keys, 'k1');
  keySets['/other/keys'] = await keySet(otherKeys, 'o1');
  verify = newVerifier();
});
afterAll(() => close(server));

const otherIssuer = 'https://id.example.com';
function newVerifier(cognitoEndpoint = url): Verify {
  const issuers = [
    { issuer: otherIssuer, audience: 'api', jwks_uri: `${url}/other/keys`, roles_claim: 'groups' },
    {
      issuer: poolIssuer.replace('Pool1', 'Pool2'),
      audience: ['a', 'b'],
      jwks_uri: `${url}/other/keys`,
      roles_claim: 'scope',
    },
  ];
  return createVerifier({ userPoolId, clientId, issuers, cognitoEndpoint });
}

const claims = {
  iss: poolIssuer,
  sub: 'a-uuid',
  client_id: clientId,
  token_use: 'access',
  username: 'ada',
  'cognito:groups': ['editor', 'cooks'],
  iat: now,
  exp: now + 600,
};
const sign = (changes: Record<string, unknown> = {}, kid = 'k1', pair = keys) =>
  new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'RS256', kid }).sign(pair.privateKey);

test('a valid token gives the user and the known roles', async () => {
  expect(await verify(await sign())).toEqual({ user: 'ada', roles: ['editor'] });
  expect(await verify(await sign({ 'cognito:groups': undefined }))).toEqual({ user: 'ada', roles: [] });
});

test('the key set is read once, from the endpoint, whatever the issuer says', async () => {
  const fresh = newVerifier();
  asked.length = 0;
  await Promise.all([fresh(await sign()), fresh(await sign({ username: 'bob' }))]);
  await fresh(await sign());
  expect(asked).toEqual([`/${userPoolId}/.well-known/jwks.json`]);
});

test.each<[string, Record<string, unknown>]>([
  ['expired', { iat: now - 7200, exp: now - 1 }],
  ['not valid yet', { nbf: now + 600 }],
  ['of another pool', { iss: `${poolIssuer}x` }],
  ['of no issuer', { iss: undefined }],
  ['for another client', { client_id: 'another' }],
  ['for no client', { client_id: undefined }],
  ['an id token', { token_use: 'id', aud: clientId }],
  ['a refresh token', { token_use: 'refresh' }],
])('a token that is %s is refused', async (_, changes) => {
  expect(await verify(await sign(changes))).toBeUndefined();
});

test('a token that was not signed by the named key is refused', async () => {
  const [header = '', payload = '', signature = ''] = (await sign()).split('.');
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged = {
    none: `${encode({ alg: 'none', kid: 'k1' })}.${payload}.`,
    tampered: `${header}.${encode({ ...claims, 'cognito:groups': ['admin'] })}.${signature}`,
    'HS256 with the public key': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(Buffer.from(JSON.stringify(await exportJWK(keys.publicKey)))),
    'another key': await sign({}, 'k1', otherKeys),
    'unknown key id': await sign({}, 'k9'),
    'no key id': await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(keys.privateKey),
    'no JWT': 'nonsense',
    empty: '',
    dots: '..',
  };
  for (const [fault, token] of Object.entries(forged))
    expect([fault, await verify(token)]).toEqual([fault, undefined]);
});

test('a further issuer is trusted with its own keys, audience and roles claim', async () => {
  const foreign = (changes: Record<string, unknown> = {}) =>
    sign({ iss: otherIssuer, aud: 'api', groups: ['viewer', 'admin'], ...changes }, 'o1', otherKeys);
  expect(await verify(await foreign())).toEqual({
    user: 'https://id.example.com#a-uuid',
    roles: ['viewer', 'admin'],
  });
  const scopes = { iss: poolIssuer.replace('Pool1', 'Pool2'), aud: 'b', scope: 'openid editor' };
  expect(await verify(await foreign(scopes))).toEqual({ user: `${scopes.iss}#a-uuid`, roles: ['editor'] });
  expect(await verify(await foreign({ ...scopes, aud: ['x', 'a'] }))).toBeDefined();
  // The list of the second issuer is one of those, and not of the first one's.
  for (const aud of ['c', 'api', ['x', 'y'], [], undefined])
    expect([aud, await verify(await foreign({ ...scopes, aud }))]).toEqual([aud, undefined]);
  for (const aud of ['a', 'b']) expect(await verify(await foreign({ aud }))).toBeUndefined();
  for (const changes of [{ aud: 'other' }, { aud: undefined }, { exp: now - 1 }, { sub: undefined }]) {
    expect(await verify(await foreign(changes))).toBeUndefined();
  }
  // The keys of one issuer sign nothing for another.
  expect(await verify(await sign({ iss: otherIssuer, aud: 'api' }))).toBeUndefined();
  expect(await verify(await sign({}, 'o1', otherKeys))).toBeUndefined();
});

const foreignToken = (changes: Record<string, unknown>, typ?: string) => {
  const own = { iss: otherIssuer, aud: 'api', sub: 'a', iat: now, exp: now + 600, groups: ['admin'] };
  return new SignJWT({ ...own, ...changes })
    .setProtectedHeader({ alg: 'RS256', kid: 'o1', ...(typ !== undefined && { typ }) })
    .sign(otherKeys.privateKey);
};

test.each<[string, Record<string, unknown>, string | undefined, boolean]>([
  ['of RFC 9068', {}, 'at+jwt', true],
  ['of RFC 9068, in full', {}, 'application/at+jwt', true],
  ['with a scope', { scope: 'openid' }, 'JWT', true],
  ['of Okta', { scp: ['read'], cid: 'c' }, undefined, true],
  ['of Keycloak', { typ: 'Bearer', nonce: 'n' }, 'JWT', true],
  ['of Cognito', { token_use: 'access' }, undefined, true],
  ['for an ID of Cognito', { token_use: 'id', scope: 'openid' }, undefined, false],
  ['for an ID of Keycloak', { typ: 'ID', client_id: 'c' }, 'JWT', false],
  ['for a refresh of Keycloak', { typ: 'Refresh', scope: 's' }, 'JWT', false],
  ['for a logout of Keycloak', { typ: 'Logout', client_id: 'c' }, 'JWT', false],
  ['for an ID with a nonce', { nonce: 'n', scope: 'openid' }, 'JWT', false],
  ['for an ID with a hash', { at_hash: 'h', client_id: 'c' }, 'JWT', false],
  ['for an ID with nothing more', { email: 'a@b.example' }, 'JWT', false],
])('a further issuer’s token %s', async (_, changes, typ, isAccepted) => {
  const caller = await verify(await foreignToken(changes, typ));
  expect(caller).toEqual(isAccepted ? { user: `${otherIssuer}#a`, roles: ['admin'] } : undefined);
});

test('no user of the pool has the name of another issuer’s', async () => {
  expect(await verify(await sign({ username: `${otherIssuer}#a` }))).toBeUndefined();
  expect(await verify(await sign({ username: 'ada#a' }))).toEqual({ user: 'ada#a', roles: ['editor'] });
});

test('keys that cannot be read are an error of the service, not of the token', async () => {
  const unreachable = newVerifier('http://127.0.0.1:1');
  await expect(unreachable(await sign())).rejects.toMatchObject({
    message: expect.stringContaining('Failed to fetch'),
  });
});
