// What somebody has written and not saved, kept in this browser for them: it outlives a reload, a crash and a logout.

export interface Draft {
  readonly text: string;
  /** The text and the version that it began with; undefined for a workflow that was never saved. */
  readonly base?: { readonly text: string; readonly etag: string; readonly version: number };
  /** When it was written last, in milliseconds since 1970. */
  readonly at: number;
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** @param workflow its id; `new:<example>` for one that was never saved */
export const draftKey = (user: string, workflow: string): string => `workflow-draft:${user}:${workflow}`;

export function readDraft(storage: Store, key: string): Draft | undefined {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    return isDraft(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @returns false when the browser has no room for it */
export function keepDraft(storage: Store, key: string, draft: Draft): boolean {
  try {
    storage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function forgetDraft(storage: Store, key: string): void {
  storage.removeItem(key);
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false;
  const { text, at, base } = value as Partial<Record<keyof Draft, unknown>>;
  return typeof text === 'string' && typeof at === 'number' && (base === undefined || isBase(base));
}

function isBase(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { text, etag, version } = value as Record<string, unknown>;
  return typeof text === 'string' && typeof etag === 'string' && typeof version === 'number';
}
