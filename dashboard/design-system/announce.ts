// Says something to those who do not see it: one polite live region for the whole page.

let region: HTMLElement | undefined;

function liveRegion(): HTMLElement {
  if (region?.isConnected) return region;
  region = document.createElement('div');
  region.className = 'visually-hidden';
  region.setAttribute('role', 'status');
  document.body.append(region);
  return region;
}

/** The same text twice is said twice. */
export function announce(text: string): void {
  const element = liveRegion();
  element.textContent = '';
  requestAnimationFrame(() => {
    element.textContent = text;
  });
}
