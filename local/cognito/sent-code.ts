// What Amazon Cognito would send to a user by mail or SMS.
import * as z from 'zod';

export const sentCode = z.strictObject({
  /** `ForgotPassword`, `Authentication` (a second factor), `AdminCreateUser` (a temporary password) … */
  purpose: z.string(),
  user: z.string(),
  destination: z.string(),
  code: z.string(),
});
export type SentCode = z.output<typeof sentCode>;

/** One line for the person who runs the stack. */
export function sentCodeLine({ purpose, user, destination, code }: SentCode): string {
  const what = purpose === 'AdminCreateUser' ? 'temporary password' : 'code';
  return `To ${destination}, not sent: the ${what} of ${user} is ${code}`;
}
