// Google on the laptop: OAuth, and the Gmail mailbox of demo@acme.example.
import { readFileSync } from 'node:fs';
import { startBuiltIn } from './built-in.ts';
import { googleClient } from './credentials.ts';
import type { EmulatedService } from './emulated-service.ts';
import { mailboxAnswer } from './google-mailbox.ts';

const mailbox = 'demo@acme.example';

const HOUR = 3_600_000;

interface SeedMail {
  readonly file: string;
  readonly hoursAgo: number;
  readonly unread: boolean;
  readonly snippet?: string;
}
const mails: readonly SeedMail[] = [
  { file: 'invoice.eml', hoursAgo: 1, unread: true },
  { file: 'bug-report.eml', hoursAgo: 2, unread: true },
  { file: 'handover.eml', hoursAgo: 3, unread: true },
  { file: 'newsletter.eml', hoursAgo: 5, unread: true },
  { file: 'question.eml', hoursAgo: 6, unread: true },
  {
    file: 'alert.eml',
    hoursAgo: 8,
    unread: true,
    // Of a mail that is HTML only, the emulator would take the style sheet for its first words.
    snippet:
      'Elevated error rate: resolved Between 02:14 and 02:51 UTC, 4.2 % of the requests to api.acme.example failed with status 503.',
  },
  { file: 'minutes-reply.eml', hoursAgo: 27, unread: false },
  { file: 'minutes.eml', hoursAgo: 30, unread: false },
  { file: 'figures.eml', hoursAgo: 75, unread: false },
];

export const service: EmulatedService = {
  async start({ baseUrl, seededAt }) {
    const emulator = await startBuiltIn('google', baseUrl, {
      google: {
        users: [{ email: mailbox, name: 'Demo User' }],
        oauth_clients: [
          {
            client_id: googleClient.client_id,
            client_secret: googleClient.client_secret,
            name: 'AI-Orchestra',
            redirect_uris: ['http://127.0.0.1:3000/connections/google/callback'],
          },
        ],
        // Oldest first, so that a reply finds the mail that it answers.
        messages: mails.toReversed().map(({ file, hoursAgo, unread, snippet }, index) => {
          const sentAt = new Date(seededAt - hoursAgo * HOUR);
          return {
            id: `18f0c0de0000000${index + 1}`,
            raw: rawMail(file, sentAt),
            ...(snippet !== undefined && { snippet }),
            internal_date: String(sentAt.getTime()),
            label_ids: unread ? ['INBOX', 'UNREAD'] : ['INBOX'],
          };
        }),
      },
    });
    const refreshToken = await consent(emulator.fetch, baseUrl);
    const accessTokens = new Set<string>();
    return {
      close: emulator.close,
      // The emulator takes any token for that of its first user.
      authorization: () => 'Bearer emulated-access-token',
      /** The emulator accepts any access token as that of its first user. */
      refuse(request) {
        if (!/^\/(upload\/)?(gmail|calendar|drive)\//.test(new URL(request.url).pathname)) return undefined;
        const token = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
        return token !== undefined && accessTokens.has(token) ? undefined : unauthenticated();
      },
      async fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname.startsWith('/gmail/')) return mailboxAnswer(request, mailbox, emulator.fetch);
        if (pathname !== '/oauth2/token') return emulator.fetch(request);
        const form = new URLSearchParams(await request.text());
        // The emulator's own refresh tokens are new at each start; the connection's stays the same.
        if (form.get('refresh_token') === googleClient.refresh_token) form.set('refresh_token', refreshToken);
        const response = await emulator.fetch(formRequest(request.url, form));
        const { access_token } = await tokens(response.clone());
        if (access_token) accessTokens.add(access_token);
        return response;
      },
    };
  },

  /** A refreshed access token is not worth keeping: clients ask for another one. */
  changesState: (path, body) =>
    !path.startsWith('/oauth2/token') ||
    new URLSearchParams(body.toString()).get('grant_type') !== 'refresh_token',
};

/** Gives the consent that a person gives in a browser, and returns the refresh token that comes of it. */
async function consent(send: (request: Request) => Promise<Response>, baseUrl: string): Promise<string> {
  const { client_id, client_secret } = googleClient;
  const redirect_uri = 'http://127.0.0.1:3000/connections/google/callback';
  const consented = await send(
    formRequest(
      `${baseUrl}/o/oauth2/v2/auth/callback`,
      new URLSearchParams({
        email: mailbox,
        redirect_uri,
        client_id,
        scope: 'https://www.googleapis.com/auth/gmail.modify',
      }),
    ),
  );
  const code = new URL(consented.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const answered = await send(
    formRequest(
      `${baseUrl}/oauth2/token`,
      new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, client_id, client_secret }),
    ),
  );
  const { refresh_token } = await tokens(answered);
  if (!refresh_token) throw new Error('The emulated Google gave no refresh token');
  return refresh_token;
}

/** RFC 6749 section 5.1; an error has neither. */
async function tokens(response: Response): Promise<{ access_token?: string; refresh_token?: string }> {
  return (await response.json()) as { access_token?: string; refresh_token?: string };
}

function formRequest(url: string, form: URLSearchParams): Request {
  return new Request(url, { method: 'POST', body: form });
}

/** A mail as Gmail's API holds it: base64url of the whole message, lines ended as RFC 5322 has it. */
function rawMail(file: string, sentAt: Date): string {
  const mail = readFileSync(new URL(`./seed/mail/${file}`, import.meta.url), 'latin1');
  const date = sentAt.toUTCString().replace('GMT', '+0000');
  return Buffer.from(`Date: ${date}\n${mail}`.replace(/\r?\n/g, '\r\n'), 'latin1').toString('base64url');
}

/** https://developers.google.com/workspace/gmail/api/guides/handle-errors */
function unauthenticated(): Response {
  const message =
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
    'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';
  const errors = [
    { message: 'Invalid Credentials', domain: 'global', reason: 'authError', location: 'Authorization' },
  ];
  return Response.json({ error: { code: 401, message, errors, status: 'UNAUTHENTICATED' } }, { status: 401 });
}
