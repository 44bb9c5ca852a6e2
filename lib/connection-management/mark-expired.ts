// Marks the connections whose grant is gone, as runs have found out.
import { expiredConnection } from '../connections/expired.ts';
import type { ConnectionStore } from '../stores/connections.ts';

/** A step that failed, or a call of an agent's. */
interface Failure {
  readonly error: { readonly name: string; readonly message: string } | null;
  readonly ended_at: string | null;
}

interface Step extends Failure {
  /** Of an agent: what its model was told of a call that failed, it may have gone on without. */
  readonly turns?: readonly { readonly calls: readonly Failure[] }[] | undefined;
}

/** The steps of a run, and the calls of its agents, that have found a grant gone. */
export function expiredCalls(steps: readonly Step[]): Failure[] {
  return steps
    .flatMap((step) => [step, ...(step.turns ?? []).flatMap(({ calls }) => calls)])
    .filter(({ error }) => error?.name === 'ConnectionExpired');
}

/** Idempotent: of what was connected, or tried with success, after the failure, nothing is said. */
export async function markExpired(
  executionId: string,
  failures: readonly Failure[],
  store: ConnectionStore,
): Promise<void> {
  for (const { error, ended_at: at } of failures) {
    const name = error ? expiredConnection(error.message) : undefined;
    if (name === undefined || at === null) continue;
    const failure = { at, message: error?.message ?? '', execution_id: executionId };
    while (!(await mark(name, failure, store)));
  }
}

/** @returns false when somebody else has written the description meanwhile */
async function mark(
  name: string,
  failure: { readonly at: string; readonly message: string; readonly execution_id: string },
  store: ConnectionStore,
): Promise<boolean> {
  const stored = await store.read(name);
  const described = Object.entries(stored?.document.versions ?? {});
  const meant = described.filter(([, { updated_at, tested_at, last_failure }]) =>
    [updated_at, tested_at ?? '', last_failure?.at ?? ''].every((time) => time < failure.at),
  );
  if (!stored || meant.length === 0) return true;
  const marked = meant.map(([version, before]) => [
    version,
    { ...before, status: 'needs_reconnect' as const, last_failure: failure },
  ]);
  const versions = { ...stored.document.versions, ...Object.fromEntries(marked) };
  return (await store.write(name, { ...stored.document, versions }, { etag: stored.etag })) !== undefined;
}
