// What a check of an account is, and how it compares.
import { isDeepStrictEqual } from 'node:util';
import type { Account, End } from './account.ts';

/** What was seen, where it is not what we rely on; undefined where it is. */
export type Finding = string | undefined;

export interface Check {
  /** State machines that it creates. */
  readonly machines: number;
  /** About how many state transitions it makes, which are what Step Functions charges for. */
  readonly transitions: number;
  /** It needs a deployed API. */
  readonly needsApi?: true;
  /** It needs the role of role.ts, which may do just what the deployment's roles may. */
  readonly needsRole?: true;
  run(account: Account): Promise<Finding>;
}

export function differs(what: string, seen: unknown, wanted: unknown): Finding {
  if (isDeepStrictEqual(seen, wanted)) return undefined;
  return `${what} is ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`;
}

/** Compares how an execution or a state has ended. */
export function endsWith(end: End, wanted: Partial<End>): Finding {
  const seen: Record<string, unknown> = { ...end };
  for (const [field, value] of Object.entries(wanted)) {
    const finding = differs(field, seen[field], value);
    if (finding !== undefined) return `${finding}, of ${JSON.stringify(end)}`;
  }
  return undefined;
}
