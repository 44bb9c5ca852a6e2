// Where cognito-local answers other than Amazon Cognito: what the real one refuses is refused, and its answers are completed.
// Sources: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/ and, with PreventUserExistenceErrors,
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html.
import { CognitoError } from 'cognito-local/lib/errors.js';
import { type Route, Router } from 'cognito-local/lib/server/Router.js';
import type { Context } from 'cognito-local/lib/services/context.js';
import type { Services } from 'cognito-local/lib/services/index.js';
import { attributeValue, type User } from 'cognito-local/lib/services/userPoolService.js';
import * as z from 'zod';
import { administration, userNamed } from './administration.ts';
import { attemptLimit } from './attempt-limit.ts';
import { refuseWeak } from './refuse-weak.ts';

/** AuthSessionValidity of an app client, when it is not set. */
const SESSION_MS = 3 * 60_000;
/** How long a code for a forgotten password is good, and within which its attempts are counted. */
const CODE_MS = 60 * 60_000;
const MAX_CODES = 5;
const MAX_WRONG_CODES = 5;

const authParameters = z.object({ USERNAME: z.string(), PASSWORD: z.string() });
const initiateAuth = z.object({
  ClientId: z.string(),
  AuthFlow: z.string(),
  AuthParameters: z.record(z.string(), z.string()).default({}),
});
const respond = z.object({
  ClientId: z.string(),
  ChallengeName: z.string(),
  Session: z.string(),
  ChallengeResponses: z.record(z.string(), z.string()),
});
const ofUser = z.object({ ClientId: z.string(), Username: z.string() });
const confirm = ofUser.extend({ ConfirmationCode: z.string(), Password: z.string() });
const authAnswer = z.looseObject({
  ChallengeName: z.string().optional(),
  Session: z.string().optional(),
  AuthenticationResult: z
    .looseObject({ AccessToken: z.string(), RefreshToken: z.string().optional() })
    .optional(),
});
type AuthAnswer = z.output<typeof authAnswer>;

const notAuthorized = (message: string) => new CognitoError('NotAuthorizedException', message);
const limitExceeded = () =>
  new CognitoError('LimitExceededException', 'Attempt limit exceeded, please try after some time.');
const wrongCode = () =>
  new CognitoError('CodeMismatchException', 'Invalid verification code provided, please try again.');
const expiredCode = () =>
  new CognitoError('ExpiredCodeException', 'Invalid code provided, please request a code again.');

export function correctedRouter(services: Services): (target: string) => Route {
  const router = Router(services);
  const corrections = new Map<string, (route: Route) => Route>([
    ...authentication(services),
    ...forgottenPassword(services),
    ...administration(services),
    ['AdminSetUserPassword', withPolicy('Password')],
    ['ChangePassword', withPolicy('ProposedPassword')],
    ['SignUp', withPolicy('Password')],
  ]);
  return (target) => {
    const route = router(target);
    const corrected = corrections.get(target)?.(route) ?? route;
    return async (context, request) => {
      refuseUnkeepable(target, request);
      return corrected(context, request);
    };
  };
}

const withName = z.object({ Username: z.string() });

/** cognito-local keeps its users in an object, and takes what every object has, such as `constructor`, for users. */
function refuseUnkeepable(target: string, request: unknown): void {
  const { data } = withName.safeParse(request);
  if (data === undefined || !(data.Username in {})) return;
  if (target === 'AdminCreateUser' || target === 'SignUp')
    throw new CognitoError('InvalidParameterException', 'The laptop’s user pool cannot keep this name.');
  throw new CognitoError('UserNotFoundException', 'User does not exist.');
}

/** Logins and their challenges. */
function authentication({ cognito }: Services): [string, (route: Route) => Route][] {
  /** By session: cognito-local takes any. */
  const sessions = new Map<string, { user: string; challenge: string; expires: number }>();
  const passwords = attemptLimit();

  function answered(answer: AuthAnswer, user: string): AuthAnswer {
    const { ChallengeName: challenge, Session, AuthenticationResult: result } = answer;
    if (challenge !== undefined && Session !== undefined)
      sessions.set(Session, { user, challenge, expires: Date.now() + SESSION_MS });
    if (!result) return answer;
    const [, payload = ''] = result.AccessToken.split('.');
    const { exp, iat } = z
      .object({ exp: z.int(), iat: z.int() })
      .parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return { ...answer, AuthenticationResult: { ...result, ExpiresIn: exp - iat, TokenType: 'Bearer' } };
  }

  async function withPassword(context: Context, clientId: string, parameters: unknown): Promise<User> {
    const { USERNAME, PASSWORD } = authParameters.parse(parameters);
    if (passwords.isLocked(USERNAME)) throw notAuthorized('Password attempts exceeded');
    const pool = await cognito.getUserPoolForClientId(context, clientId);
    const user = await pool.getUserByUsername(context, USERNAME);
    // cognito-local asks for a new password whatever the temporary one is.
    if (!user || (user.UserStatus !== 'RESET_REQUIRED' && user.Password !== PASSWORD)) {
      passwords.failed(USERNAME);
      throw notAuthorized('Incorrect username or password.');
    }
    passwords.passed(USERNAME);
    if (!user.Enabled) throw notAuthorized('User is disabled.');
    return user;
  }

  const initiate =
    (route: Route): Route =>
    async (context, request) => {
      const { ClientId, AuthFlow, AuthParameters } = initiateAuth.parse(request);
      const user =
        AuthFlow === 'USER_PASSWORD_AUTH'
          ? await withPassword(context, ClientId, AuthParameters)
          : await enabledOwner(context, ClientId, AuthParameters['REFRESH_TOKEN'] ?? '');
      return answered(authAnswer.parse(await route(context, request)), user.Username);
    };

  async function enabledOwner(context: Context, clientId: string, refreshToken: string): Promise<User> {
    const pool = await cognito.getUserPoolForClientId(context, clientId);
    const user = await pool.getUserByRefreshToken(context, refreshToken);
    if (!user) throw notAuthorized('Invalid Refresh Token');
    if (!user.Enabled) throw notAuthorized('User is disabled.');
    return user;
  }

  const answer =
    (route: Route): Route =>
    async (context, request) => {
      const { ClientId, ChallengeName, Session, ChallengeResponses } = respond.parse(request);
      const pending = sessions.get(Session);
      const isOwn = pending?.challenge === ChallengeName && pending.user === ChallengeResponses['USERNAME'];
      if (!isOwn || pending.expires < Date.now())
        throw notAuthorized('Invalid session for the user, session is expired.');
      if (ChallengeName === 'NEW_PASSWORD_REQUIRED') refuseWeak(ChallengeResponses['NEW_PASSWORD'] ?? '');
      const result = authAnswer.parse(await route(context, request));
      sessions.delete(Session);
      const pool = await cognito.getUserPoolForClientId(context, ClientId);
      const user = await pool.getUserByUsername(context, pending.user);
      const token = result.AuthenticationResult?.RefreshToken;
      // cognito-local forgets the refresh token that it gives here.
      if (user && token !== undefined) await pool.storeRefreshToken(context, token, user);
      return answered(result, pending.user);
    };

  return [
    ['InitiateAuth', initiate],
    ['RespondToAuthChallenge', answer],
  ];
}

function forgottenPassword({ cognito, clock, messages, otp }: Services): [string, (route: Route) => Route][] {
  /** By user. */
  const codes = new Map<string, { sent: number[]; wrong: number }>();

  async function userOf(context: Context, { ClientId, Username }: z.output<typeof ofUser>) {
    const pool = await cognito.getUserPoolForClientId(context, ClientId);
    return pool.getUserByUsername(context, Username);
  }

  const send =
    (route: Route): Route =>
    async (context, request) => {
      const user = await userOf(context, ofUser.parse(request));
      if (!user) {
        const CodeDeliveryDetails = {
          AttributeName: 'email',
          DeliveryMedium: 'EMAIL',
          Destination: 'e***@e***',
        };
        return { CodeDeliveryDetails };
      }
      if (!user.Enabled || user.UserStatus === 'FORCE_CHANGE_PASSWORD')
        throw notAuthorized('User password cannot be reset in the current state.');
      verifiedEmail(user);
      const sent = codes.get(user.Username)?.sent.filter((time) => time > Date.now() - CODE_MS) ?? [];
      if (sent.length >= MAX_CODES) throw limitExceeded();
      codes.set(user.Username, { sent: [...sent, Date.now()], wrong: 0 });
      return route(context, request);
    };

  /** cognito-local has no AdminResetUserPassword. */
  const reset = (): Route => async (context, request) => {
    const { pool, user } = await userNamed(cognito, context, request);
    if (!user.Enabled || user.UserStatus === 'FORCE_CHANGE_PASSWORD')
      throw notAuthorized('User password cannot be reset in the current state.');
    const email = verifiedEmail(user);
    const code = otp();
    codes.set(user.Username, { sent: [Date.now()], wrong: 0 });
    const renewed: User = {
      ...user,
      UserStatus: 'RESET_REQUIRED',
      ConfirmationCode: code,
      UserLastModifiedDate: clock.get(),
    };
    await pool.saveUser(context, renewed);
    const to = { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: email } as const;
    await messages.deliver(context, 'ForgotPassword', null, pool.options.Id, renewed, code, undefined, to);
    return {};
  };

  const set =
    (route: Route): Route =>
    async (context, request) => {
      const { Password, ...rest } = confirm.parse(request);
      refuseWeak(Password);
      const user = await userOf(context, rest);
      if (!user?.Enabled) throw wrongCode();
      const code = codes.get(user.Username);
      // Also after a restart of this thread, which forgets when the code was sent.
      if (!code || user.ConfirmationCode === undefined || (code.sent.at(-1) ?? 0) < Date.now() - CODE_MS)
        throw expiredCode();
      if (code.wrong >= MAX_WRONG_CODES) throw limitExceeded();
      if (user.ConfirmationCode !== rest.ConfirmationCode) {
        code.wrong++;
        throw wrongCode();
      }
      codes.delete(user.Username);
      return route(context, request);
    };

  return [
    ['AdminResetUserPassword', reset],
    ['ForgotPassword', send],
    ['ConfirmForgotPassword', set],
  ];
}

/** @throws CognitoError InvalidParameterException */
function verifiedEmail({ Attributes }: User): string {
  const email = attributeValue('email', Attributes);
  if (email !== undefined && attributeValue('email_verified', Attributes) === 'true') return email;
  throw new CognitoError(
    'InvalidParameterException',
    'Cannot reset password for the user as there is no registered/verified email or phone_number',
  );
}

/** Refuses a request whose password does not meet the policy. */
function withPolicy(member: string): (route: Route) => Route {
  return (route) => async (context, request) => {
    const password: unknown = z.looseObject({}).parse(request)[member];
    if (typeof password === 'string') refuseWeak(password);
    return route(context, request);
  };
}
