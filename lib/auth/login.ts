// Login, refresh and logout: thin calls to the Cognito user pool, which keeps the passwords.
import {
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { setting } from '../config.ts';
import { ApiProblem } from '../problem.ts';

export interface Tokens {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  /** After a refresh only when the user pool rotates refresh tokens. */
  readonly refresh_token?: string;
}

type Client = Pick<CognitoIdentityProviderClient, 'send'>;

/** The errors of Cognito, or an emulator of it, for invalid credentials. */
const REFUSED = new Set([
  'NotAuthorizedException',
  'UserNotFoundException',
  'InvalidPasswordException',
  'InvalidParameterException',
  'UserLambdaValidationException',
]);
const FURTHER_STEP = new Set(['PasswordResetRequiredException', 'UserNotConfirmedException']);
const THROTTLED = new Set(['TooManyRequestsException', 'LimitExceededException', 'ThrottlingException']);
/** An invalid token needs no revocation, and is answered as revoked (RFC 7009, section 2.2). */
const NOTHING_TO_REVOKE = new Set([...REFUSED, 'UnauthorizedException', 'UnsupportedTokenTypeException']);

/**
 * The same call for known and unknown users, so that neither the answer nor its time tells them apart.
 * @throws ApiProblem login-failed, challenge-required, too-many-requests
 */
export async function login(
  userId: string,
  password: string,
  client: Client = new CognitoIdentityProviderClient({}),
): Promise<Required<Tokens>> {
  const parameters = { USERNAME: userId, PASSWORD: password };
  const { refresh_token, ...tokens } = await authenticate('USER_PASSWORD_AUTH', parameters, client);
  if (refresh_token === undefined) throw new TypeError('The user pool returned no refresh token');
  return { ...tokens, refresh_token };
}

/** @throws ApiProblem login-failed, challenge-required, too-many-requests */
export async function refresh(
  refreshToken: string,
  client: Client = new CognitoIdentityProviderClient({}),
): Promise<Tokens> {
  return authenticate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refreshToken }, client);
}

/** @throws ApiProblem too-many-requests */
export async function logout(
  refreshToken: string,
  client: Client = new CognitoIdentityProviderClient({}),
): Promise<void> {
  try {
    await client.send(
      new RevokeTokenCommand({ ClientId: setting('USER_POOL_CLIENT_ID'), Token: refreshToken }),
    );
  } catch (error) {
    if (error instanceof CognitoIdentityProviderServiceException && NOTHING_TO_REVOKE.has(error.name)) return;
    throw loginProblem(error);
  }
}

async function authenticate(
  flow: 'USER_PASSWORD_AUTH' | 'REFRESH_TOKEN_AUTH',
  parameters: NonNullable<InitiateAuthCommandInput['AuthParameters']>,
  client: Client,
): Promise<Tokens> {
  const command = new InitiateAuthCommand({
    AuthFlow: flow,
    ClientId: setting('USER_POOL_CLIENT_ID'),
    AuthParameters: parameters,
  });
  const answer = await client.send(command).catch((error: unknown) => {
    throw loginProblem(error);
  });
  if (answer.AuthenticationResult) return tokensOf(answer.AuthenticationResult);
  throw furtherStep(answer.ChallengeName ?? 'an unknown challenge');
}

function tokensOf({ AccessToken = '', ExpiresIn, RefreshToken }: AuthenticationResultType): Tokens {
  return {
    access_token: AccessToken,
    token_type: 'Bearer',
    expires_in: ExpiresIn ?? lifetimeOf(AccessToken),
    ...(RefreshToken !== undefined && { refresh_token: RefreshToken }),
  };
}

/** Seconds from a token's issue to its expiry. The token comes from Cognito itself and needs no verification. */
function lifetimeOf(token: string): number {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const { exp, iat } = z.object({ exp: z.int(), iat: z.int() }).parse(JSON.parse(payload));
  return exp - iat;
}

function loginProblem(error: unknown): unknown {
  if (!(error instanceof CognitoIdentityProviderServiceException)) return error;
  if (REFUSED.has(error.name)) {
    return new ApiProblem('login-failed', 'The user, the password or the refresh token is not right', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  if (FURTHER_STEP.has(error.name)) return furtherStep(error.name.replace(/Exception$/, ''));
  if (THROTTLED.has(error.name)) {
    return new ApiProblem('too-many-requests', 'Too many logins at the moment; wait a second and try again', {
      headers: { 'retry-after': '1' },
    });
  }
  return error;
}

function furtherStep(challenge: string): ApiProblem {
  return new ApiProblem(
    'challenge-required',
    `The user pool asks for a further step before this login: ${challenge}. Complete it in the user pool, for example by setting a permanent password, then log in again`,
  );
}
