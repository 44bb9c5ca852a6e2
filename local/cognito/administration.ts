// Operations of administrators that cognito-local lacks, or answers whole where Amazon Cognito pages.
// Sources: ListUsers, ListUsersInGroup, AdminCreateUser and AdminUserGlobalSignOut in
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/.
import { randomInt } from 'node:crypto';
import { CognitoError } from 'cognito-local/lib/errors.js';
import type { Route } from 'cognito-local/lib/server/Router.js';
import type { Context } from 'cognito-local/lib/services/context.js';
import type { Services } from 'cognito-local/lib/services/index.js';
import { attributeValue, type User } from 'cognito-local/lib/services/userPoolService.js';
import * as z from 'zod';
import { refuseWeak } from './refuse-weak.ts';

/** What one page has at most. */
const MAX_PAGE = 60;

const paged = z.object({
  Limit: z.int().min(0).max(MAX_PAGE).default(MAX_PAGE),
  PaginationToken: z.string().optional(),
  NextToken: z.string().optional(),
});
const listed = z.looseObject({ Users: z.array(z.looseObject({ Username: z.string() })) });
const named = z.object({ UserPoolId: z.string(), Username: z.string() });
const creation = named.extend({
  MessageAction: z.string().optional(),
  TemporaryPassword: z.string().optional(),
});

export function administration({ cognito, clock, messages }: Services): [string, (route: Route) => Route][] {
  const signOut = (): Route => async (context, request) => {
    const { pool, user } = await userNamed(cognito, context, request);
    await pool.saveUser(context, { ...user, RefreshTokens: [] });
    return {};
  };

  /** With RESEND, which cognito-local refuses: another temporary password, for as long as the first one. */
  const create =
    (route: Route): Route =>
    async (context, request) => {
      const { MessageAction, TemporaryPassword } = creation.parse(request);
      if (TemporaryPassword !== undefined) refuseWeak(TemporaryPassword);
      if (MessageAction !== 'RESEND') return route(context, request);
      const { pool, user } = await userNamed(cognito, context, request);
      const email = attributeValue('email', user.Attributes);
      if (user.UserStatus !== 'FORCE_CHANGE_PASSWORD' || email === undefined)
        throw new CognitoError('UnsupportedUserStateException', 'Resend not possible.');
      const Password = temporaryPassword();
      const renewed = { ...user, Password, UserLastModifiedDate: clock.get() };
      await pool.saveUser(context, renewed);
      const to = { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: email } as const;
      await messages.deliver(
        context,
        'AdminCreateUser',
        null,
        pool.options.Id,
        renewed,
        Password,
        undefined,
        to,
      );
      const { Attributes, Enabled, UserStatus, Username, UserCreateDate, UserLastModifiedDate } = renewed;
      return {
        User: { Attributes, Enabled, UserStatus, Username, UserCreateDate, UserLastModifiedDate },
      };
    };

  return [
    ['ListUsers', inPages('PaginationToken')],
    ['ListUsersInGroup', inPages('NextToken')],
    ['AdminCreateUser', create],
    ['AdminUserGlobalSignOut', signOut],
  ];
}

/** @throws CognitoError UserNotFoundException */
export async function userNamed(cognito: Services['cognito'], context: Context, request: unknown) {
  const { UserPoolId, Username } = named.parse(request);
  const pool = await cognito.getUserPool(context, UserPoolId);
  const user: User | null = await pool.getUserByUsername(context, Username);
  if (!user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  return { pool, user };
}

function inPages(token: 'PaginationToken' | 'NextToken'): (route: Route) => Route {
  return (route) => async (context, request) => {
    const { Limit, [token]: after } = paged.parse(request);
    const { Users, ...rest } = listed.parse(await route(context, request));
    const position = after === undefined ? '' : Buffer.from(after, 'base64url').toString();
    if (after !== undefined && !Users.some(({ Username }) => Username === position))
      throw new CognitoError('InvalidParameterException', 'Invalid pagination token.');
    const sorted = Users.toSorted((a, b) => (a.Username < b.Username ? -1 : 1));
    const left = sorted.filter(({ Username }) => Username > position);
    const page = left.slice(0, Limit);
    const last = page.at(-1)?.Username ?? '';
    return {
      ...rest,
      Users: page,
      ...(left.length > page.length && { [token]: Buffer.from(last).toString('base64url') }),
    };
  };
}

/** As the policy of a pool wants it (local/cognito/password-policy.ts). */
function temporaryPassword(): string {
  return `Temporary-${randomInt(10_000, 100_000)}`;
}
