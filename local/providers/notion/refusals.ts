// The requests that Notion refuses before anything else: those without its token or an API version, or with a field of another version.
import { errorResponse, NotionError } from './errors.ts';
import type { NotionGrants } from './oauth.ts';
import { refuseField } from './versions.ts';

/** A page's own address is for browsers, which send neither of the two headers. */
export function refuse(request: Request, body: Buffer, grants: NotionGrants): Response | undefined {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith('/v1/')) return undefined;
  if (pathname.startsWith('/v1/oauth/')) return grants.refuse(request, body);
  if (!grants.accepts(request.headers.get('authorization'))) {
    return errorResponse(new NotionError('unauthorized', 'API token is invalid.'));
  }
  if (request.headers.has('notion-version')) return refuseField(request, body);
  return errorResponse(
    new NotionError(
      'missing_version',
      'Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.',
    ),
  );
}
