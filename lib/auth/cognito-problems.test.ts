// Each error of a user pool, as the person who logs in is told of it.
import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { ApiProblem } from '../problem.ts';
import {
  challengeProblem,
  isRefusal,
  loginProblem,
  otherChallenge,
  resetProblem,
} from './cognito-problems.ts';

const cognito = (name: string, message = 'said by Cognito') =>
  new CognitoIdentityProviderServiceException({ name, message, $fault: 'client', $metadata: {} });

/** What is answered: the type, the detail, the headers; the name of an error that is given back as it is. */
function told(problem: unknown): unknown {
  if (problem instanceof ApiProblem) return [problem.type, problem.message, problem.headers];
  return problem instanceof Error ? problem.name : problem;
}

const bearer = { 'www-authenticate': 'Bearer' };
const refused = ['login-failed', 'not right', bearer];
const expired = ['challenge-expired', 'This login has taken too long or was already answered', bearer];
const code = ['code-refused', 'The code is not right, or it is no longer good', bearer];
const weak = ['password-refused', 'said by Cognito', {}];
const attempts = [
  'too-many-attempts',
  'There were too many attempts; wait before the next one',
  { 'retry-after': '60' },
];
const throttled = [
  'too-many-requests',
  'Too many logins at the moment; wait a second and try again',
  { 'retry-after': '1' },
];
const reset = [
  'password-reset-required',
  'An administrator has reset the password. Choose a new one with the code that was sent to the user',
  {},
];
const unconfirmed = [
  'challenge-required',
  'The user pool asks for a further step that this API does not offer: UserNotConfirmed. Complete it in the user pool, then log in again',
  {},
];

test.each<[name: string, isRefusal: boolean, login: unknown, challenge: unknown, reset: unknown]>([
  ['NotAuthorizedException', true, refused, expired, code],
  ['UserNotFoundException', true, refused, expired, code],
  ['InvalidParameterException', true, refused, expired, code],
  ['UserLambdaValidationException', true, refused, expired, code],
  ['CodeMismatchException', false, code, code, code],
  ['ExpiredCodeException', false, code, code, code],
  ['InvalidPasswordException', false, weak, weak, weak],
  ['PasswordHistoryPolicyViolationException', false, weak, weak, weak],
  ['LimitExceededException', false, attempts, attempts, attempts],
  ['TooManyFailedAttemptsException', false, attempts, attempts, attempts],
  ['TooManyRequestsException', false, throttled, throttled, throttled],
  ['ThrottlingException', false, throttled, throttled, throttled],
  [
    'PasswordResetRequiredException',
    false,
    reset,
    'PasswordResetRequiredException',
    'PasswordResetRequiredException',
  ],
  ['UserNotConfirmedException', false, unconfirmed, 'UserNotConfirmedException', code],
  [
    'InternalErrorException',
    false,
    ...(['InternalErrorException', 'InternalErrorException', 'InternalErrorException'] as const),
  ],
])('%s', (name, isRefused, login, challenge, password) => {
  const error = cognito(name);
  expect(isRefusal(error)).toBe(isRefused);
  expect(told(loginProblem(error, 'not right'))).toEqual(login);
  expect(told(challengeProblem(error))).toEqual(challenge);
  expect(told(resetProblem(error))).toEqual(password);
});

test('a refusal that says that the attempts are used up', () => {
  const error = cognito('NotAuthorizedException', 'Password attempts exceeded, try later');
  expect(told(loginProblem(error, 'not right'))).toEqual(attempts);
});

test('an error of something else is given back as it is, whatever its name', () => {
  const error = Object.assign(new Error('no network'), { name: 'NotAuthorizedException' });
  expect(isRefusal(error)).toBe(false);
  expect([loginProblem(error, 'x'), challengeProblem(error), resetProblem(error)]).toEqual([
    error,
    error,
    error,
  ]);
  expect(told(otherChallenge('MFA_SETUP'))).toEqual([
    'challenge-required',
    'The user pool asks for a further step that this API does not offer: MFA_SETUP. Complete it in the user pool, then log in again',
    {},
  ]);
});
