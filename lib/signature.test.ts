// Signature Version 4 against the examples that S3's API reference gives with their signatures.
import { expect, test } from 'vitest';
import { Signer } from './signature.ts';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const now = new Date('2013-05-24T00:00:00Z');
const host = 'examplebucket.s3.amazonaws.com';
const signer = new Signer('s3', 'us-east-1');

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
test.each([
  [
    'GET',
    '/test.txt',
    { range: 'bytes=0-9' },
    '',
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT',
    '/test%24file.text',
    { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    'Welcome to Amazon S3.',
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
])('%s %s', (method, path, headers, body, signature) => {
  const signed = signer.sign({ method, path, headers: { host, ...headers }, body }, credentials, now);
  const names = [...Object.keys(headers), 'host', 'x-amz-content-sha256', 'x-amz-date'].sort().join(';');
  expect(signed['authorization']).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
  );
});

test('the key is that of the day and of the credentials', () => {
  const request = { method: 'GET', path: '/test.txt', headers: { host, range: 'bytes=0-9' }, body: '' };
  const signatures = [
    signer.sign(request, credentials, new Date('2013-05-25T00:00:00Z')),
    signer.sign(request, { ...credentials, secretAccessKey: 'other' }, now),
    signer.sign(request, credentials, now),
  ].map(({ authorization }) => authorization?.slice(-64));
  expect(new Set(signatures).size).toBe(3);
  expect(signatures[2]).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
test('an address', () => {
  const url = signer.address(new URL(`https://${host}/test.txt`), credentials, 86_400, now);
  expect(url.href).toBe(
    `https://${host}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
  );
});

test('what a role signs has its token, of which the signature depends', () => {
  const role = { ...credentials, sessionToken: 'of a role' };
  const request = { method: 'GET', path: '/test.txt', headers: { host }, body: '' };
  const { authorization, ...headers } = signer.sign(request, role, now);
  expect(headers['x-amz-security-token']).toBe('of a role');
  expect(authorization).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,');
  const url = signer.address(new URL(`https://${host}/test.txt?b=1&a-b=2&a=3`), role, 60, now);
  expect([...url.searchParams.keys()].slice(-4)).toEqual(['a', 'a-b', 'b', 'X-Amz-Signature']);
  expect(url.searchParams.get('X-Amz-Security-Token')).toBe('of a role');
});
