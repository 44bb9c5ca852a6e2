// Login, its challenges, refresh and logout: thin calls to the Cognito user pool, which keeps the passwords.
import {
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { setting } from '../config.ts';
import { jsonValue } from '../json.ts';
import { ApiProblem } from '../problem.ts';
import {
  challengeProblem,
  isRefusal,
  loginFailed,
  loginProblem,
  otherChallenge,
} from './cognito-problems.ts';
import { type Role, rolesIn } from './roles.ts';

export interface AccessToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly user_id: string;
  readonly roles: readonly Role[];
}

export interface Tokens extends AccessToken {
  readonly refresh_token: string;
}

/** What the user pool asks for before it gives tokens, and the name under which the answer is sent. */
const answerNames = {
  NEW_PASSWORD_REQUIRED: 'NEW_PASSWORD',
  SOFTWARE_TOKEN_MFA: 'SOFTWARE_TOKEN_MFA_CODE',
  SMS_MFA: 'SMS_MFA_CODE',
  EMAIL_OTP: 'EMAIL_OTP_CODE',
  SELECT_MFA_TYPE: 'ANSWER',
} as const;
export type ChallengeName = keyof typeof answerNames;

export interface ChallengeAnswer {
  readonly challenge: ChallengeName;
  readonly challenge_session: string;
  readonly user_id: string;
  readonly answer: string;
}

const REFUSED = {
  USER_PASSWORD_AUTH: 'The user or the password is not right',
  REFRESH_TOKEN_AUTH: 'The refresh token is not right, or no longer good',
} as const;

type Client = Pick<CognitoIdentityProviderClient, 'send'>;

/**
 * The same call for known and unknown users, so that neither the answer nor its time tells them apart.
 * @throws ApiProblem login-failed, challenge-required, password-reset-required, too-many-attempts, too-many-requests
 */
export async function login(
  userId: string,
  password: string,
  client: Client = new CognitoIdentityProviderClient({}),
): Promise<Tokens> {
  const parameters = { USERNAME: userId, PASSWORD: password };
  return tokensOf(await initiateAuth('USER_PASSWORD_AUTH', parameters, client), userId);
}

/**
 * Goes on with a login that was answered with a challenge; there may be another one.
 * @throws ApiProblem challenge-expired, challenge-required, code-refused, password-refused, too-many-attempts, too-many-requests
 */
export async function answerChallenge(
  { challenge, challenge_session, user_id, answer }: ChallengeAnswer,
  client: Client = new CognitoIdentityProviderClient({}),
): Promise<Tokens> {
  const command = new RespondToAuthChallengeCommand({
    ClientId: setting('USER_POOL_CLIENT_ID'),
    ChallengeName: challenge,
    Session: challenge_session,
    ChallengeResponses: { USERNAME: user_id, [answerNames[challenge]]: answer },
  });
  const response = await client.send(command).catch((error: unknown) => {
    throw challengeProblem(error);
  });
  return tokensOf(response, user_id);
}

/**
 * The refresh token stays: the app client does not rotate it, or REFRESH_TOKEN_AUTH would be refused (RefreshTokenRotationType
 * in Cognito's API reference). So two tabs may refresh at once.
 * @throws ApiProblem login-failed, too-many-requests
 */
export async function refresh(
  refreshToken: string,
  client: Client = new CognitoIdentityProviderClient({}),
): Promise<AccessToken> {
  const { AuthenticationResult } = await initiateAuth(
    'REFRESH_TOKEN_AUTH',
    { REFRESH_TOKEN: refreshToken },
    client,
  );
  if (!AuthenticationResult) throw loginFailed(REFUSED.REFRESH_TOKEN_AUTH);
  return accessTokenOf(AuthenticationResult);
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
    if (isRefusal(error) || isNoToken(error)) return;
    throw loginProblem(error, REFUSED.REFRESH_TOKEN_AUTH);
  }
}

/** An invalid token needs no revocation, and is answered as revoked (RFC 7009, section 2.2). */
function isNoToken(error: unknown): boolean {
  return (
    error instanceof CognitoIdentityProviderServiceException &&
    ['UnauthorizedException', 'UnsupportedTokenTypeException'].includes(error.name)
  );
}

async function initiateAuth(
  flow: 'USER_PASSWORD_AUTH' | 'REFRESH_TOKEN_AUTH',
  parameters: NonNullable<InitiateAuthCommandInput['AuthParameters']>,
  client: Client,
): Promise<InitiateAuthCommandOutput> {
  const command = new InitiateAuthCommand({
    AuthFlow: flow,
    ClientId: setting('USER_POOL_CLIENT_ID'),
    AuthParameters: parameters,
  });
  return client.send(command).catch((error: unknown) => {
    throw loginProblem(error, REFUSED[flow]);
  });
}

type AuthResponse = Pick<
  InitiateAuthCommandOutput,
  'AuthenticationResult' | 'ChallengeName' | 'ChallengeParameters' | 'Session'
>;

/** @throws ApiProblem challenge-required */
function tokensOf(response: AuthResponse, userId: string): Tokens {
  const { AuthenticationResult: result } = response;
  if (!result) throw challengeRequired(response, userId);
  if (result.RefreshToken === undefined) throw new TypeError('The user pool returned no refresh token');
  return { ...accessTokenOf(result), refresh_token: result.RefreshToken };
}

const claimsOfPool = z.object({
  exp: z.int(),
  iat: z.int(),
  username: z.string(),
  // Left out for a user in no group.
  'cognito:groups': z.unknown().optional(),
});

/** The token comes from Cognito itself and needs no verification. */
function accessTokenOf({ AccessToken = '', ExpiresIn }: AuthenticationResultType): AccessToken {
  const payload = Buffer.from(AccessToken.split('.')[1] ?? '', 'base64url').toString();
  const { exp, iat, username, 'cognito:groups': groups } = claimsOfPool.parse(jsonValue(payload));
  return {
    access_token: AccessToken,
    token_type: 'Bearer',
    expires_in: ExpiresIn ?? exp - iat,
    user_id: username,
    roles: rolesIn(groups),
  };
}

/**
 * Says what is to be answered with `answerChallenge`. Parameters by challenge: ChallengeParameters in
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html.
 */
function challengeRequired({ ChallengeName, ChallengeParameters, Session }: AuthResponse, userId: string) {
  const {
    USER_ID_FOR_SRP: user_id = userId,
    CODE_DELIVERY_DESTINATION: destination,
    MFAS_CAN_CHOOSE: choices,
    requiredAttributes,
  } = ChallengeParameters ?? {};
  const name = ChallengeName ?? 'an unknown challenge';
  if (!isOffered(name) || Session === undefined) return otherChallenge(name);
  if (stringList(requiredAttributes).length > 0) return otherChallenge(`${name} with ${requiredAttributes}`);
  return new ApiProblem(
    'challenge-required',
    `The user pool asks for a further step before this login: ${name}. Answer it with POST /auth/challenge`,
    {
      extensions: {
        challenge: {
          challenge: name,
          challenge_session: Session,
          user_id,
          ...(destination !== undefined && { destination }),
          ...(choices !== undefined && { choices: stringList(choices).filter(isOffered) }),
        },
      },
    },
  );
}

function isOffered(name: string): name is ChallengeName {
  return Object.hasOwn(answerNames, name);
}

/** Cognito's parameters are text; its lists are JSON. */
function stringList(text: string | undefined): readonly string[] {
  return z
    .array(z.string())
    .catch([])
    .parse(jsonValue(text ?? ''));
}
