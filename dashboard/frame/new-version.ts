// After a deployment the files of an open tab are gone. When one cannot be loaded and the server has another version of
// the dashboard, the tab reloads, once; what was typed is kept by useDraft.

const STORED = 'reloaded-for';

/** The name of this version's main script, which has its content's hash in it. */
const ownVersion = new URL(import.meta.url).pathname;

/** Called once, when the page starts. */
export function reloadWhenChunksAreGone(): void {
  addEventListener('vite:preloadError', () => {
    void reloadForNewVersion();
  });
}

async function reloadForNewVersion(): Promise<void> {
  const page = await fetch('/app', { cache: 'no-store' }).then(
    (response) => (response.ok ? response.text() : ''),
    () => '',
  );
  const [served] = /\/app\/assets\/[\w.-]+\.js/.exec(page) ?? [];
  // Away, or still this version: the page says that it could not be shown.
  if (served === undefined || served === ownVersion || sessionStorage.getItem(STORED) === served) return;
  sessionStorage.setItem(STORED, served);
  location.reload();
}
