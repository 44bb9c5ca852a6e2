// The messages that are shown: what adds to them need not know who draws them.

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'done' | 'failed';
  readonly action?: { readonly label: string; act(): void };
}

/** Long enough to read it twice; what failed or can be undone stays until it is dismissed (WCAG 2.2, 2.2.1). */
const SHOWN_MS = 6_000;
const MOST = 3;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const shownToasts = (): readonly Toast[] => toasts;

export function dismissToast(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

/** @example showToast({ text: 'The run was stopped', kind: 'done' }) */
export function showToast(toast: Omit<Toast, 'id'>): void {
  const id = nextId++;
  change([...toasts, { ...toast, id }].slice(-MOST));
  if (toast.kind === 'done' && !toast.action) setTimeout(() => dismissToast(id), SHOWN_MS);
}
