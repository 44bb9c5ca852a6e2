// What a request without an answer is told as, and whether it surely had no effect.
import { expect, test } from 'vitest';
import { unreachable } from './provider-failure.ts';

const withCode = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });

test.each([
  ['ECONNREFUSED', true],
  ['ENOTFOUND', true],
  // https://nodejs.org/api/tls.html#x509-certificate-error-codes
  ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
  ['SELF_SIGNED_CERT_IN_CHAIN', true],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', true],
  ['CERT_HAS_EXPIRED', true],
  ['ERR_TLS_CERT_ALTNAME_INVALID', true],
  ['HOSTNAME_MISMATCH', true],
  ['ECONNRESET', false],
  ['EPROTO', false],
  ['UND_ERR_SOCKET', false],
  ['ERR_SSL_WRONG_VERSION_NUMBER', false],
  ['HPE_INVALID_CONSTANT', false],
])('%s', (code, unsent) => {
  expect(unreachable('Acme', withCode(code))).toMatchObject({
    name: 'ProviderUnavailable',
    message: `Acme could not be reached (${code})`,
    unsent,
  });
});

test('a mistake of our own is none of the provider', () => {
  expect(unreachable('Acme', new TypeError('x is not a function'))).toBeUndefined();
  expect(
    unreachable('Acme', Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' })),
  ).toBeUndefined();
});
