// Each error of a user pool, as the administrator who changes its users is told of it.
import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { ApiProblem } from '../problem.ts';
import { usersProblem } from './users-problems.ts';

const cognito = (name: string) =>
  new CognitoIdentityProviderServiceException({ name, message: 'said', $fault: 'client', $metadata: {} });

/** What is answered: the type, the headers; the name of an error that is given back as it is. */
function told(problem: unknown): unknown {
  if (problem instanceof ApiProblem) return [problem.type, problem.headers];
  return problem instanceof Error ? problem.name : problem;
}

const throttled = ['too-many-requests', { 'retry-after': '1' }];

test.each<[name: string, ofUser: unknown, ofList: unknown]>([
  ['UserNotFoundException', ['not-found', {}], ['not-found', {}]],
  ['UsernameExistsException', ['already-exists', {}], ['already-exists', {}]],
  ['AliasExistsException', ['already-exists', {}], ['already-exists', {}]],
  ['TooManyRequestsException', throttled, throttled],
  ['ThrottlingException', throttled, throttled],
  ['LimitExceededException', throttled, throttled],
  ['InvalidParameterException', ['invalid-body', {}], ['invalid-request', {}]],
  ['InternalErrorException', 'InternalErrorException', 'InternalErrorException'],
])('%s', (name, ofUser, ofList) => {
  expect(told(usersProblem(cognito(name), 'ada'))).toEqual(ofUser);
  expect(told(usersProblem(cognito(name)))).toEqual(ofList);
});

test('an error of something else is given back as it is, whatever its name', () => {
  const error = Object.assign(new Error('no network'), { name: 'UserNotFoundException' });
  expect(usersProblem(error, 'ada')).toBe(error);
});
