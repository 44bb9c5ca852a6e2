// The lockout after failed passwords: https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html, "Lockout
// behavior for failed sign-in attempts": after five, for 2^(n-5) seconds, at most 15 minutes; forgotten after 15 minutes.

const FREE_ATTEMPTS = 5;
const LONGEST_MS = 15 * 60_000;

export function attemptLimit(now: () => number = Date.now) {
  const users = new Map<string, { failures: number; last: number; lockedUntil: number }>();
  const current = (user: string) => {
    const entry = users.get(user);
    return entry && entry.last > now() - LONGEST_MS ? entry : { failures: 0, last: 0, lockedUntil: 0 };
  };
  return {
    isLocked: (user: string): boolean => current(user).lockedUntil > now(),
    failed(user: string): void {
      const failures = current(user).failures + 1;
      const locked =
        failures < FREE_ATTEMPTS ? 0 : Math.min(2 ** (failures - FREE_ATTEMPTS) * 1000, LONGEST_MS);
      users.set(user, { failures, last: now(), lockedUntil: now() + locked });
    },
    passed: (user: string): boolean => users.delete(user),
  };
}
