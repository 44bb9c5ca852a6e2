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
  ['an issuer with a fragment', [{ issuer: `${issuer}#a`, audience: 'api' }]],
  ['http keys', [{ issuer, audience: 'api', jwks_uri: 'http://id.example.com/keys' }]],
  ['a misspelt key', [{ issuer, audience: 'api', role_claim: 'x' }]],
])('%s is refused', (_, value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  expect(() => trustedIssuers(text)).toThrow(ConfigurationError);
});
