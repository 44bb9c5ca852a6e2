// The requests that Notion refuses before anything else: those without its token or an API version, or with a field of another version.
import { errorResponse, NotionError } from './errors.ts';
import { notionToken } from './seed.ts';
import { refuseField } from './versions.ts';

/** A page's own address is for browsers, which send neither of the two headers. */
export function refuse(request: Request, body: Buffer): Response | undefined {
  if (!new URL(request.url).pathname.startsWith('/v1/')) return undefined;
  if (request.headers.get('authorization') !== `Bearer ${notionToken}`) {
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
