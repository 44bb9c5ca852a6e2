// The password policy of the user pool, which cognito-local does not enforce.

/** That of infrastructure/stack/users.yml. */
export const passwordPolicy = {
  MinimumLength: 14,
  RequireLowercase: true,
  RequireUppercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 3,
} as const;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html lists the symbols. */
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/;

/** What is wrong with a password, in the words of Amazon Cognito; undefined when nothing is. */
export function passwordFault(password: string): string | undefined {
  const faults: readonly [boolean, string][] = [
    [password.length < passwordPolicy.MinimumLength, 'Password not long enough'],
    [!/[a-z]/.test(password), 'Password must have lowercase characters'],
    [!/[A-Z]/.test(password), 'Password must have uppercase characters'],
    [!/\d/.test(password), 'Password must have numeric characters'],
    [!SYMBOL.test(password), 'Password must have symbol characters'],
  ];
  const [, fault] = faults.find(([wrong]) => wrong) ?? [];
  return fault && `Password did not conform with policy: ${fault}`;
}
