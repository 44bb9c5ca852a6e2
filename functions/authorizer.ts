// The HTTP API's Lambda authorizer (payload 2.0, simple responses): accepts valid access tokens, with user and roles.
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import type { AuthorizerContext } from '../lib/api/request/request.ts';
import { createVerifier, type Verify } from '../lib/auth/verify.ts';

// One for the life of the container, so that the key set is fetched once.
let verify: Verify | undefined;

export async function handler(
  event: Pick<APIGatewayRequestAuthorizerEventV2, 'headers'>,
): Promise<APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>> {
  verify ??= createVerifier();
  const [, token] = /^Bearer +(\S+) *$/i.exec(event.headers?.['authorization'] ?? '') ?? [];
  const caller = token === undefined ? undefined : await verify(token);
  // `isAuthorized: false` would be answered with 403. This exact message makes API Gateway answer 401, which tells a
  // client to log in again, without revealing what was wrong with the token.
  if (!caller) throw new Error('Unauthorized');
  return { isAuthorized: true, context: { user: caller.user, roles: caller.roles.join(' ') } };
}
