// Responses in the background (https://developers.openai.com/api/docs/guides/background): queued when they are begun, then in
// progress, then completed. Each look takes one on by a state, so that it does not depend on the time; `stay in progress`
// in what is asked lasts until it is cancelled.
import { randomBytes } from 'node:crypto';
import { itemsOf, type ResponsesRequest, textOf } from './request.ts';
import { respond } from './response.ts';

interface Begun {
  readonly request: ResponsesRequest;
  readonly at: number;
  status: 'queued' | 'in_progress' | 'completed' | 'cancelled';
}

/** Of the first look, and of the second. */
const NEXT = { queued: 'in_progress', in_progress: 'completed' } as const;

export class BackgroundResponses {
  readonly #begun = new Map<string, Begun>();

  begin(request: ResponsesRequest): Response {
    const id = `resp_${randomBytes(24).toString('hex')}`;
    const begun: Begun = { request, at: Date.now(), status: 'queued' };
    this.#begun.set(id, begun);
    return Response.json(bodyOf(id, begun));
  }

  /** What is asked of a response; undefined when it is another request. Only those in the background are kept here. */
  answer(method: string, pathname: string): Response | undefined {
    const [, id = '', cancel] = /^\/v1\/responses\/([\w-]+)(\/cancel)?$/.exec(pathname) ?? [];
    if (id === '' || (cancel ? method !== 'POST' : method !== 'GET' && method !== 'DELETE')) return undefined;
    const begun = this.#begun.get(id);
    if (!begun) return notFound(id);
    if (method === 'DELETE') {
      this.#begun.delete(id);
      return Response.json({ id, object: 'response', deleted: true });
    }
    if (begun.status === 'queued' || begun.status === 'in_progress')
      begun.status = cancel ? 'cancelled' : stays(begun.request) ? 'in_progress' : NEXT[begun.status];
    return Response.json(bodyOf(id, begun));
  }
}

function stays(request: ResponsesRequest): boolean {
  return itemsOf(request).some((item) => /\bstay in progress\b/i.test(textOf(item)));
}

function bodyOf(id: string, { request, at, status }: Begun): object {
  const response = { ...respond(request, at), id, background: true };
  return status === 'completed'
    ? response
    : { ...response, status, output: [], incomplete_details: null, usage: null };
}

function notFound(id: string): Response {
  const message = `Response with id '${id}' not found.`;
  return Response.json(
    { error: { message, type: 'invalid_request_error', param: null, code: null } },
    { status: 404 },
  );
}
