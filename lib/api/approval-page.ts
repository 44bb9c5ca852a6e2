// The page on which a person decides an approval: the same for all, with an inline script and style.
import { createHash } from 'node:crypto';
import { decide } from './approval-page-script.ts';
import { approvalPageStyle } from './approval-page-style.ts';

export interface ApprovalPage {
  readonly html: string;
  /** Allows exactly this script and style, and requests to this API alone. */
  readonly contentSecurityPolicy: string;
}

export function approvalPage(): ApprovalPage {
  const script = `(${decide})(window)`;
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(approvalPageStyle)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { html: page(script), contentSecurityPolicy: policy.join('; ') };
}

/** A hash source of a Content-Security-Policy: over the exact bytes between the tags. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function page(script: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>A decision is needed</title>
<style>${approvalPageStyle}</style>
</head>
<body>
<main>
<h1 id="title">A decision is needed</h1>
<noscript><p class="error">This page needs JavaScript. The API’s POST /approvals/{id} accepts decisions without it.</p></noscript>
<p id="error" class="error" role="alert" tabindex="-1" hidden></p>
<p id="status" role="status" tabindex="-1"></p>
<form id="login" hidden>
<p>Log in to see the request. You stay logged in until you leave the page.</p>
<label for="user">User</label>
<input id="user" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="128" required>
<label for="password">Password</label>
<input id="password" type="password" autocomplete="current-password" maxlength="256" required>
<button>Log in</button>
</form>
<button id="again" type="button" hidden>Try again</button>
<section id="request" aria-labelledby="message" hidden>
<p id="message" tabindex="-1"></p>
<pre id="details" tabindex="0" aria-label="Details"></pre>
<dl>
<dt>Workflow</dt><dd id="workflow"></dd>
<dt>Asked</dt><dd id="requested"></dd>
<dt>Decide before</dt><dd id="expires"></dd>
<dt>Who may decide</dt><dd id="role"></dd>
</dl>
<form id="decision" hidden>
<label for="comment">Comment (optional)</label>
<textarea id="comment" rows="3" maxlength="2000"></textarea>
<div class="choice">
<button id="approve" type="button">Approve</button>
<button id="reject" type="button">Reject</button>
</div>
</form>
</section>
</main>
<script>${script}</script>
</body>
</html>
`;
}
