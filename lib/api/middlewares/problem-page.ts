// A problem as a page, where a person's browser was led to the API itself.
import { createHash } from 'node:crypto';

// In the dashboard’s colours: it leads back there.
const style = `:root{color-scheme:light dark;background:light-dark(#fff,#111318);color:light-dark(#1b1f27,#e6e8ec);font:1rem/1.5 system-ui,sans-serif}
body{max-width:38rem;margin:12vh auto;padding:0 1.25rem}
h1{font-size:1.25rem}
p{overflow-wrap:anywhere}
a{color:light-dark(#3451b2,#9db1f5)}`;

/** Of an answer of the API: its headers and body. The page loads nothing and runs nothing. */
export function problemPage(title: string, detail: string) {
  const hash = createHash('sha256').update(style).digest('base64');
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      // Its address has the provider's code in it.
      'referrer-policy': 'no-referrer',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(detail)}</p>
<p><a href="/app/connections">Back to Connections</a></p>
</main>
</body>
</html>
`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
