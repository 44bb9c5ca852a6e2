// The routes of OpenAI's API: responses are our own, all others aimock's.

import { BackgroundResponses } from './responses/background.ts';
import { responsesRequest } from './responses/request.ts';
import { respond } from './responses/response.ts';
import type { OpenAiStore } from './store.ts';

export function createRoutes(store: OpenAiStore): (request: Request) => Promise<Response> {
  const background = new BackgroundResponses();
  return async (request) => {
    const { pathname } = new URL(request.url);
    const answer = background.answer(request.method, pathname);
    if (answer) return answer;
    if (['GET', 'HEAD'].includes(request.method)) return store.send(request, undefined);
    const body = await request.text();
    if (pathname !== '/v1/responses') return store.send(request, body);
    const given: unknown = JSON.parse(body);
    const isStream =
      typeof given === 'object' && given !== null && 'stream' in given && given.stream === true;
    if (isStream) return store.send(request, body);
    const read = responsesRequest.parse(given);
    return read.background ? background.begin(read) : Response.json(respond(read));
  };
}
