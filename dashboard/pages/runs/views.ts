// Saved views: filters with a name, kept in this browser.

export interface View {
  readonly name: string;
  /** The search text of the URL: `?status=failed&time=day` */
  readonly search: string;
}

const STORED = 'views:runs';
const MOST = 50;
export const MAX_NAME = 60;

/** What is stored may be of another version, or of somebody's own making: what is no view is left out. */
export function readViews(text: string | null): readonly View[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is View {
  if (typeof value !== 'object' || value === null) return false;
  const { name, search }: { name?: unknown; search?: unknown } = value;
  return typeof name === 'string' && name !== '' && typeof search === 'string' && /^(\?|$)/.test(search);
}

/** Adds a view at the end; one of the same name is replaced in its place. */
export function withView(views: readonly View[], view: View): readonly View[] {
  const at = views.findIndex(({ name }) => name === view.name);
  return at < 0 ? [...views, view].slice(-MOST) : views.with(at, view);
}

/** @returns undefined when another view has that name */
export function renamed(views: readonly View[], from: string, to: string): readonly View[] | undefined {
  if (from !== to && views.some(({ name }) => name === to)) return undefined;
  return views.map((view) => (view.name === from ? { ...view, name: to } : view));
}

export function loadViews(): readonly View[] {
  return readViews(localStorage.getItem(STORED));
}

/** @throws DOMException when the browser keeps nothing more */
export function storeViews(views: readonly View[]): void {
  localStorage.setItem(STORED, JSON.stringify(views));
}

/** Other tabs may change them. */
export function onStoredViews(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => (key === STORED || key === null) && listener();
  addEventListener('storage', onStorage);
  return () => removeEventListener('storage', onStorage);
}
