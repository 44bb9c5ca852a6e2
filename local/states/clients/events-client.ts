// EventBridge's PutEvents, in AWS JSON 1.1.
import { localSignature } from '../../aws/signature.ts';
import type { Cancellation } from '../model/cancellation.ts';
import { isJsonObject, type Json, type JsonObject, jsonText, parseJson } from '../model/json.ts';

export type EventsAnswer =
  | { readonly status: number; readonly requestId: string; readonly body: JsonObject }
  | { readonly unreachable: string };

export interface EventsClient {
  /** Throws Cancelled when it is cancelled before the answer. */
  put(entries: readonly Json[], cancellation: Cancellation): Promise<EventsAnswer>;
}

/** @param endpoint the value of AWS_ENDPOINT_URL_EVENTBRIDGE */
export function createEventsClient(endpoint: string | undefined): EventsClient {
  async function post(entries: readonly Json[], signal: AbortSignal): Promise<EventsAnswer> {
    if (endpoint === undefined) return { unreachable: 'AWS_ENDPOINT_URL_EVENTBRIDGE is not set' };
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        ...localSignature('events'),
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSEvents.PutEvents',
      },
      body: jsonText({ Entries: entries }),
      signal,
    });
    const body = parseJson(await response.text());
    return {
      status: response.status,
      requestId: response.headers.get('x-amzn-requestid') ?? '',
      body: isJsonObject(body) ? body : {},
    };
  }

  return {
    put: (entries, cancellation) =>
      cancellation.race<EventsAnswer>((resolve) => {
        const abort = new AbortController();
        post(entries, abort.signal).then(resolve, (error: unknown) =>
          resolve({ unreachable: String(error) }),
        );
        return () => abort.abort();
      }),
  };
}
