// The routes of OpenAI's API. All are aimock's; of a Responses request it drops the schema, which is carried past it.
import * as z from 'zod';
import { schemaMessage } from './schema-message.ts';
import type { OpenAiStore } from './store.ts';

export function createRoutes(store: OpenAiStore): (request: Request) => Promise<Response> {
  return async (request) => {
    if (['GET', 'HEAD'].includes(request.method)) return store.send(request, undefined);
    const body = await request.text();
    const isResponses = new URL(request.url).pathname === '/v1/responses';
    return store.send(request, isResponses ? withSchemaMessage(body) : body);
  };
}

const structuredResponse = z.looseObject({
  input: z.union([z.string(), z.array(z.unknown())]),
  text: z.object({ format: z.object({ type: z.literal('json_schema'), schema: z.unknown() }) }),
});

function withSchemaMessage(body: string): string {
  const parsed = structuredResponse.safeParse(JSON.parse(body));
  if (!parsed.success) return body;
  const { input, text } = parsed.data;
  const messages = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  return JSON.stringify({ ...parsed.data, input: [schemaMessage(text.format.schema), ...messages] });
}
