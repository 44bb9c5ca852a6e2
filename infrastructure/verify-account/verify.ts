// Runs the checks one after the other on an account.
import type { Account } from './account.ts';
import type { Check } from './check.ts';

export interface Outcome {
  readonly id: string;
  /** `missing`: what the check needs was not given. */
  readonly result: 'holds' | 'differs' | 'failed' | 'missing';
  /** What was seen, why it failed, or what is missing. */
  readonly details?: string;
}

/** Everything that a check has created is removed after it, however it ended. */
export async function verify(
  checks: Readonly<Record<string, Check>>,
  account: Account,
  tell: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [id, check] of Object.entries(checks)) {
    const outcome = { id, ...(await outcomeOf(check, account)) };
    outcomes.push(outcome);
    tell(outcome);
  }
  return outcomes;
}

/** What the check needs and the account has not. */
export function missingFor(
  { needsApi, needsRole }: Check,
  { apiUrl, hasOwnRole }: Pick<Account, 'apiUrl' | 'hasOwnRole'>,
): string | undefined {
  if (needsApi && apiUrl === undefined) return '--api-url, the address of a deployed API';
  if (needsRole && !hasOwnRole) return 'a role of its own, without --role-arn';
  return undefined;
}

async function outcomeOf(check: Check, account: Account): Promise<Omit<Outcome, 'id'>> {
  const missing = missingFor(check, account);
  if (missing !== undefined) return { result: 'missing', details: missing };
  try {
    const finding = await check.run(account);
    return finding === undefined ? { result: 'holds' } : { result: 'differs', details: finding };
  } catch (error) {
    return {
      result: 'failed',
      details: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  } finally {
    await account.removeAll();
  }
}
