// What Google refuses and the emulator behind would accept, and the conflict that the emulator reports in other words.
import { insufficientScope } from './scopes.ts';
import type { GoogleStore } from './store.ts';

/** The emulator accepts any access token as that of its first user for everything; Google those that it issued, by scope. */
export function refuse(request: Request, body: Buffer, store: GoogleStore): Response | undefined {
  const consent = store.consent.refuse(request, body);
  if (consent) return consent;
  if (!/^\/(upload\/)?(gmail|calendar|drive)\//.test(new URL(request.url).pathname)) return undefined;
  const token = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const granted = token === undefined ? undefined : store.scopesOf(token);
  return granted ? insufficientScope(request, granted) : unauthenticated();
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

/** Gmail responds with 409 to a label that exists already, the emulator with 400. */
export async function labelConflict(response: Response): Promise<Response> {
  const { error } = Object(await response.json());
  if (!/exists/.test(error.message)) return Response.json({ error }, { status: 400 });
  const errors = [{ message: error.message, domain: 'global', reason: 'aborted' }];
  return Response.json({ error: { ...error, code: 409, errors, status: 'ABORTED' } }, { status: 409 });
}
