// A forgotten password: the user pool sends a code, and takes a new password with it.
import {
  type CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { setting } from '../config.ts';
import { isRefusal, resetProblem } from './cognito-problems.ts';

type Client = Pick<CognitoIdentityProviderClient, 'send'>;

/** Only a user who exists can have these: to say so would tell that there is one. */
const OF_EXISTING_USERS = new Set([
  'UserNotConfirmedException',
  'PasswordResetRequiredException',
  'CodeDeliveryFailureException',
  'LimitExceededException',
]);

/**
 * Sends a code to the address that the user pool has verified. Nothing tells whether there is such a user, or such an address:
 * for an unknown user Cognito pretends to send one, for a known one that has no verified address, has never logged in or asks
 * too often it does not (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html).
 * @throws ApiProblem too-many-requests
 */
export async function sendResetCode(userId: string, client: Client): Promise<void> {
  try {
    await client.send(
      new ForgotPasswordCommand({ ClientId: setting('USER_POOL_CLIENT_ID'), Username: userId }),
    );
  } catch (error) {
    const ofUser =
      error instanceof CognitoIdentityProviderServiceException && OF_EXISTING_USERS.has(error.name);
    if (ofUser || isRefusal(error)) return;
    throw resetProblem(error);
  }
}

/** @throws ApiProblem code-refused, password-refused, too-many-attempts, too-many-requests */
export async function resetPassword(
  { user_id, code, new_password }: { user_id: string; code: string; new_password: string },
  client: Client,
): Promise<void> {
  const command = new ConfirmForgotPasswordCommand({
    ClientId: setting('USER_POOL_CLIENT_ID'),
    Username: user_id,
    ConfirmationCode: code,
    Password: new_password,
  });
  await client.send(command).catch((error: unknown) => {
    throw resetProblem(error);
  });
}
