// What the emulated Google starts with: one user, an OAuth client, and nine mails.
import { readFileSync } from 'node:fs';
import type { SeedConfig } from 'emulate';

export const mailboxAddress = 'demo@acme.example';

export function redirectUriOf(apiUrl: string): string {
  return `${apiUrl}/connections/google/callback`;
}

/** What the connection `google/default` holds. */
export const googleClient = {
  client_id: 'emulated-google-client',
  client_secret: 'emulated-google-secret',
  refresh_token: 'emulated-google-refresh-token',
} as const;

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

export function initialState(seededAt: number, apiUrl: string): SeedConfig {
  const redirect_uris = [redirectUriOf(apiUrl)];
  const { client_id, client_secret } = googleClient;
  return {
    google: {
      users: [{ email: mailboxAddress, name: 'Demo User' }],
      oauth_clients: [{ client_id, client_secret, name: 'AI-Orchestra', redirect_uris }],
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
  };
}

/** A mail as Gmail's API holds it: base64url of the whole message, with the line ends of RFC 5322. */
function rawMail(file: string, sentAt: Date): string {
  const mail = readFileSync(new URL(`./seed/${file}`, import.meta.url), 'latin1');
  const date = sentAt.toUTCString().replace('GMT', '+0000');
  return Buffer.from(`Date: ${date}\n${mail}`.replace(/\r?\n/g, '\r\n'), 'latin1').toString('base64url');
}
