// Which requests to Google are answered how: Gmail's by the mailbox, those for tokens by OAuth, the rest by the store.
import { asGmailAnswers, handleMailRequest } from './mailbox.ts';
import { CONSENT_PATH, DECISION_PATH } from './oauth.ts';
import { mailboxAddress } from './seed.ts';
import type { GoogleStore } from './store.ts';

const TOKEN_PATH = '/oauth2/token';

export function createRoutes(store: GoogleStore): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === CONSENT_PATH) return store.consent.page(searchParams);
    if (pathname === DECISION_PATH) return store.consent.decide(new URLSearchParams(await request.text()));
    if (pathname === '/oauth2/revoke') store.consent.revoke();
    if (pathname.startsWith('/gmail/'))
      return asGmailAnswers(await handleMailRequest(request, mailboxAddress, store.fetch));
    if (pathname === TOKEN_PATH) return store.issueToken(new URLSearchParams(await request.text()));
    return store.fetch(request);
  };
}

/** A refreshed access token is not worth keeping: clients ask for another one. */
export function changesState(path: string, body: Buffer): boolean {
  return (
    !path.startsWith(TOKEN_PATH) || new URLSearchParams(body.toString()).get('grant_type') !== 'refresh_token'
  );
}
