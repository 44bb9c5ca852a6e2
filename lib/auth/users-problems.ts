// What an error of the user pool means to the administrator who changes its users.
import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import { ApiProblem } from '../problem.ts';

export function isNamed(
  error: unknown,
  ...names: readonly string[]
): error is CognitoIdentityProviderServiceException {
  return error instanceof CognitoIdentityProviderServiceException && names.includes(error.name);
}

/**
 * Any other error is given back as it is.
 * @param id of the user; of a list undefined
 */
export function usersProblem(error: unknown, id?: string): unknown {
  if (isNamed(error, 'UserNotFoundException'))
    return new ApiProblem('not-found', `There is no user ${id}; GET /users lists those there are`);
  if (isNamed(error, 'UsernameExistsException', 'AliasExistsException'))
    return new ApiProblem('already-exists', `There is a user ${id} already`);
  if (isNamed(error, 'TooManyRequestsException', 'ThrottlingException', 'LimitExceededException')) {
    return new ApiProblem('too-many-requests', 'Too many changes of users at the moment; wait a second', {
      headers: { 'retry-after': '1' },
    });
  }
  if (isNamed(error, 'InvalidParameterException')) {
    // The only parameter of a list that may be wrong is its token.
    if (id === undefined)
      return new ApiProblem(
        'invalid-request',
        'The cursor is not from this list, or too old; ask for the first page again',
      );
    return new ApiProblem('invalid-body', error.message, {
      problems: [{ code: 'invalid-value', pointer: '', message: error.message }],
    });
  }
  return error;
}
