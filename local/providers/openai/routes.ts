// The routes of OpenAI's API: responses are our own, all others aimock's.

import { responsesRequest } from './responses/request.ts';
import { respond } from './responses/response.ts';
import type { OpenAiStore } from './store.ts';

export function createRoutes(store: OpenAiStore): (request: Request) => Promise<Response> {
  return async (request) => {
    if (['GET', 'HEAD'].includes(request.method)) return store.send(request, undefined);
    const body = await request.text();
    if (new URL(request.url).pathname !== '/v1/responses') return store.send(request, body);
    const given: unknown = JSON.parse(body);
    const isStream =
      typeof given === 'object' && given !== null && 'stream' in given && given.stream === true;
    return isStream ? store.send(request, body) : Response.json(respond(responsesRequest.parse(given)));
  };
}
