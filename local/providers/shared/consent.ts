// The pages on which a person gives consent, as far as the emulated providers have them in common.
import { escapeHtml, htmlPage } from './html.ts';

export interface ConsentPage {
  readonly provider: string;
  readonly title: string;
  /** Where the form is sent. */
  readonly action: string;
  /** HTML before the buttons. */
  readonly body?: string;
  readonly hidden: Readonly<Record<string, string>>;
  /** By the value of `answer`. */
  readonly buttons: Readonly<Record<string, string>>;
}

export function consentPage({ provider, title, action, body = '', hidden, buttons }: ConsentPage): Response {
  const fields = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  const answers = Object.entries(buttons).map(
    ([value, text]) => `<button name="answer" value="${escapeHtml(value)}">${escapeHtml(text)}</button>`,
  );
  const form = `<form method="post" action="${action}">${fields.join('')}${body}<p>${answers.join(' ')}</p></form>`;
  return page(htmlPage(title, form, provider), 200);
}

/** What a provider shows instead of leading back, when the client or its redirect URI is not registered (RFC 6749, section 4.1.2.1). */
export function refusalPage(provider: string, title: string, text: string): Response {
  return page(htmlPage(title, `<p>${escapeHtml(text)}</p>`, provider), 400);
}

function page(html: string, status: number): Response {
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}

/** RFC 6749, section 4.1.2: the redirect URI with the answer. */
export function leadBack(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: url.href } });
}

/** The user and the password of HTTP Basic, joined by a colon. */
export function basicOf(request: Request): string | undefined {
  const [, encoded] = /^basic (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
