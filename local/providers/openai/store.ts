// What stands behind the routes of the emulated OpenAI: @copilotkit/aimock. A completion is not kept, so nothing is.
import { type ChatCompletionRequest, type FixtureResponse, LLMock } from '@copilotkit/aimock';

export interface OpenAiStore {
  /** Sends a request to aimock. @param body in place of the request's own, which has been read */
  send(request: Request, body: string | undefined): Promise<Response>;
  close(): Promise<void>;
}

/** @param complete writes the answer to a chat completion */
export async function openStore(
  complete: (request: ChatCompletionRequest) => FixtureResponse,
): Promise<OpenAiStore> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent', journalMaxEntries: 1 });
  mock.on({ endpoint: 'chat' }, complete);
  const url = await mock.start();
  return {
    send(request, body) {
      const { pathname, search } = new URL(request.url);
      return fetch(`${url}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        ...(body !== undefined && { body }),
      });
    },
    close: () => mock.stop(),
  };
}
