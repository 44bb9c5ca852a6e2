// The setting TRUSTED_ISSUERS.
import { expect, test } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { trustedIssuers } from './trusted-issuers.ts';

const issuer = 'https://id.example.com';

test('roles are in the claim `roles` unless said otherwise', () => {
  expect(trustedIssuers(undefined)).toEqual([]);
  expect(trustedIssuers(JSON.stringify([{ issuer, audience: 'api' }]))).toEqual([
    { issuer, audience: 'api', roles_claim: 'roles' },
  ]);
});

test.each([
  ['not JSON', '{'],
  ['no list', '{}'],
  ['no audience', [{ issuer }]],
  ['audience null', [{ issuer, audience: null }]],
  ['audience empty', [{ issuer, audience: '' }]],
  ['audiences empty', [{ issuer, audience: [] }]],
  ['no issuer', [{ audience: 'api' }]],
  ['http issuer', [{ issuer: 'http://id.example.com', audience: 'api' }]],
  [
    'http issuer whose name begins as this machine’s',
    [{ issuer: 'http://localhost.example.com', audience: 'api' }],
  ],
  ['http issuer whose name ends so', [{ issuer: 'http://not-localhost', audience: 'api' }]],
  [
    'http keys at an address like this machine’s',
    [{ issuer, audience: 'api', jwks_uri: 'http://127.0.0.10/' }],
  ],
  ['an issuer with a fragment', [{ issuer: `${issuer}#a`, audience: 'api' }]],
  ['http keys', [{ issuer, audience: 'api', jwks_uri: 'http://id.example.com/keys' }]],
  ['a misspelt key', [{ issuer, audience: 'api', role_claim: 'x' }]],
])('%s is refused', (_, value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  expect(() => trustedIssuers(text)).toThrow(ConfigurationError);
});

test.each(['http://localhost:8080', 'http://127.0.0.1/realm', 'http://[::1]:1'])(
  'this machine needs no https: %s',
  (local) => {
    const [trusted] = trustedIssuers(JSON.stringify([{ issuer: local, audience: 'api', jwks_uri: local }]));
    expect([trusted?.issuer, trusted?.jwks_uri]).toEqual([local, local]);
  },
);
