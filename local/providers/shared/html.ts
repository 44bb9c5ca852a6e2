// Small web pages of emulated objects, so that the addresses in responses show something in a browser.

/** @param body HTML, in which texts are escaped */
export function htmlPage(title: string, body: string, provider: string): string {
  const name = escapeHtml(title);
  return (
    `<!doctype html><meta charset="utf-8"><title>${name}</title>` +
    '<style>body{font:16px/1.5 system-ui;max-width:44rem;margin:3rem auto;padding:0 1rem}pre{white-space:pre-wrap}</style>' +
    `<h1>${name}</h1>${body}<hr><p><small>Emulated ${provider}</small></p>`
  );
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
