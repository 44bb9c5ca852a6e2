// The Idempotency-Keys of starts that were sent and not answered: the same input is sent again with the same key, so that it starts one run
// however often the button is pressed and however often an answer is lost. They outlive a reload of the tab.

type Room = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

interface Attempt {
  readonly key: string;
  /** The input as it is sent. */
  readonly input: string;
}

/** Of a tab; another user of it finds none (session/tabs.ts removes drafts). */
const nameOf = (workflow: string): string => `draft:attempts:${workflow}`;
const MOST = 10;

/** Those that the tab's storage has no room for. */
const memory = new Map<string, readonly Attempt[]>();

function attemptsOf(storage: Room, workflow: string): readonly Attempt[] {
  const kept = memory.get(workflow);
  if (kept) return kept;
  const read: unknown = JSON.parse(storage.getItem(nameOf(workflow)) ?? '[]');
  return Array.isArray(read) ? read.filter(isAttempt) : [];
}

function isAttempt(value: unknown): value is Attempt {
  if (typeof value !== 'object' || value === null || !('key' in value && 'input' in value)) return false;
  return typeof value.key === 'string' && typeof value.input === 'string';
}

function write(storage: Room, workflow: string, attempts: readonly Attempt[]): void {
  memory.delete(workflow);
  try {
    if (attempts.length === 0) storage.removeItem(nameOf(workflow));
    else storage.setItem(nameOf(workflow), JSON.stringify(attempts));
  } catch {
    memory.set(workflow, attempts);
  }
}

/** The key of an attempt to start the workflow with this input. */
export function keyOfAttempt(storage: Room, workflow: string, input: string): string {
  const attempts = attemptsOf(storage, workflow);
  const before = attempts.find((attempt) => attempt.input === input);
  if (before) return before.key;
  const key = crypto.randomUUID();
  write(storage, workflow, [...attempts, { key, input }].slice(-MOST));
  return key;
}

/** It was answered: the next start with this input is another run. */
export function attemptAnswered(storage: Room, workflow: string, input: string): void {
  write(
    storage,
    workflow,
    attemptsOf(storage, workflow).filter((attempt) => attempt.input !== input),
  );
}
