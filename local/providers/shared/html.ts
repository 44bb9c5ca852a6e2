// Small web pages of emulated objects, so that the addresses in responses show something in a browser.

const style = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.3}
pre{white-space:pre-wrap}
hr{border:0;border-top:1px solid #8884;margin-top:2rem}
button{font:inherit;min-height:40px;padding:0 16px;border:1px solid #888;border-radius:6px;background:none;cursor:pointer}
button:first-of-type{background:#1a5fb4;border-color:#1a5fb4;color:#fff}`;

/** @param body HTML, in which texts are escaped */
export function htmlPage(title: string, body: string, provider: string): string {
  const name = escapeHtml(title);
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style>` +
    `<h1>${name}</h1>${body}<hr><p><small>Emulated ${provider}</small></p>`
  );
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
