// What an error of the user pool means to the person who logs in. The names are those of Cognito's API reference:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/.
import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import { ApiProblem } from '../problem.ts';

const REFUSED = new Set([
  'NotAuthorizedException',
  'UserNotFoundException',
  'InvalidParameterException',
  'UserLambdaValidationException',
]);
const WRONG_CODE = new Set(['CodeMismatchException', 'ExpiredCodeException']);
const WEAK_PASSWORD = new Set(['InvalidPasswordException', 'PasswordHistoryPolicyViolationException']);
/** Of one user. */
const TOO_MANY_ATTEMPTS = new Set(['LimitExceededException', 'TooManyFailedAttemptsException']);
/** Of all together. */
const THROTTLED = new Set(['TooManyRequestsException', 'ThrottlingException']);

/** Whether the user, what proves who it is, or the user's state is not right. */
export function isRefusal(error: unknown): boolean {
  return isCognitoError(error) && REFUSED.has(error.name);
}

/**
 * Of a password or a refresh token. Any other error is given back as it is.
 * @param refused says what is not right, and not which of several
 */
export function loginProblem(error: unknown, refused: string): unknown {
  if (!isCognitoError(error)) return error;
  // https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html, "Lockout behavior for failed sign-in attempts"
  if (error.message.startsWith('Password attempts exceeded')) return tooManyAttempts();
  if (REFUSED.has(error.name)) return loginFailed(refused);
  if (error.name === 'PasswordResetRequiredException') {
    return new ApiProblem(
      'password-reset-required',
      'An administrator has reset the password. Choose a new one with the code that was sent to the user',
    );
  }
  if (error.name === 'UserNotConfirmedException') return otherChallenge('UserNotConfirmed');
  return commonProblem(error);
}

/** Of the answer to a challenge. */
export function challengeProblem(error: unknown): unknown {
  if (!isCognitoError(error)) return error;
  if (REFUSED.has(error.name)) {
    return new ApiProblem('challenge-expired', 'This login has taken too long or was already answered', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  return commonProblem(error);
}

/** Of a forgotten password: an unknown user looks like a wrong code. */
export function resetProblem(error: unknown): unknown {
  if (!isCognitoError(error)) return error;
  if (REFUSED.has(error.name) || error.name === 'UserNotConfirmedException') return codeRefused();
  return commonProblem(error);
}

/** A challenge that this API does not offer to answer. */
export function otherChallenge(name: string): ApiProblem {
  return new ApiProblem(
    'challenge-required',
    `The user pool asks for a further step that this API does not offer: ${name}. Complete it in the user pool, then log in again`,
  );
}

export function loginFailed(detail: string): ApiProblem {
  return new ApiProblem('login-failed', detail, { headers: { 'www-authenticate': 'Bearer' } });
}

function commonProblem(error: CognitoIdentityProviderServiceException): unknown {
  if (WRONG_CODE.has(error.name)) return codeRefused();
  // Cognito says which rule of its policy the password breaks, and never repeats the password.
  if (WEAK_PASSWORD.has(error.name)) return new ApiProblem('password-refused', error.message);
  if (TOO_MANY_ATTEMPTS.has(error.name)) return tooManyAttempts();
  if (THROTTLED.has(error.name)) {
    return new ApiProblem('too-many-requests', 'Too many logins at the moment; wait a second and try again', {
      headers: { 'retry-after': '1' },
    });
  }
  return error;
}

function codeRefused(): ApiProblem {
  return new ApiProblem('code-refused', 'The code is not right, or it is no longer good', {
    headers: { 'www-authenticate': 'Bearer' },
  });
}

/** Cognito does not say how long: seconds at first, a quarter of an hour in the end. */
function tooManyAttempts(): ApiProblem {
  return new ApiProblem('too-many-attempts', 'There were too many attempts; wait before the next one', {
    headers: { 'retry-after': '60' },
  });
}

function isCognitoError(error: unknown): error is CognitoIdentityProviderServiceException {
  return error instanceof CognitoIdentityProviderServiceException;
}
