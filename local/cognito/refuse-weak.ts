// Refuses passwords as the user pool does.
import { CognitoError } from 'cognito-local/lib/errors.js';
import { passwordFault } from './password-policy.ts';

/** @throws CognitoError InvalidPasswordException */
export function refuseWeak(password: string): void {
  const fault = passwordFault(password);
  if (fault !== undefined) throw new CognitoError('InvalidPasswordException', fault);
}
