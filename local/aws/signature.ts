// Whether a call is signed. What the signature says is not checked, since any credentials will do on a laptop; but a page
// in a browser cannot send the header unasked.
import type { AwsRequest } from './service.ts';

/** The service, of the scope of a credential: `AKID/20261122/us-east-1/s3/aws4_request`. */
const SCOPE = /\/\d{8}\/[^/]+\/([^/]+)\/aws4_request$/;

/** Cognito's operations without a signature (`noAuth` in the SDK's httpAuthSchemeProvider), as far as cognito-local has them. */
const PUBLIC = new Set([
  'AssociateSoftwareToken',
  'ChangePassword',
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'DeleteUser',
  'DeleteUserAttributes',
  'ForgotPassword',
  'GetUser',
  'GetUserAttributeVerificationCode',
  'InitiateAuth',
  'RespondToAuthChallenge',
  'RevokeToken',
  'SetUserMFAPreference',
  'SignUp',
  'UpdateUserAttributes',
  'VerifySoftwareToken',
  'VerifyUserAttribute',
]);

/** The service that a request is signed for; undefined when it is not signed. Only S3 takes a signature in the URL. */
export function signedService({ url, headers }: AwsRequest): string | undefined {
  const header = /^AWS4-HMAC-SHA256 .*Credential=([^,\s]+)/.exec(headers['authorization'] ?? '')?.[1];
  const inHeader = SCOPE.exec(header ?? '')?.[1];
  if (inHeader !== undefined) return inHeader;
  const query = url.searchParams;
  // Signature version 2, with which older command lines sign URLs.
  if (query.has('AWSAccessKeyId') && query.has('Signature')) return 's3';
  const inQuery = SCOPE.exec(query.get('X-Amz-Credential') ?? '')?.[1];
  return inQuery === 's3' && query.has('X-Amz-Signature') ? 's3' : undefined;
}

export function needsNoSignature(service: string, { url, headers }: AwsRequest): boolean {
  if (service !== 'cognito-idp') return false;
  const [, operation] = (headers['x-amz-target'] ?? '').split('.');
  return operation === undefined ? /^\/[^/]+\/\.well-known\//.test(url.pathname) : PUBLIC.has(operation);
}

/** The header of a call within the laptop, which is signed by nobody. */
export function localSignature(service: string): { readonly authorization: string } {
  const scope = `local/20260101/us-east-1/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}
