// Notion: its connection, client and errors.
import { Client, isHTTPResponseError, isNotionClientError } from '@notionhq/client';
import * as z from 'zod';
import { setting } from '../config.ts';
import type { Connection } from '../connections/connections.ts';
import { notionCredentials } from '../connections/credentials.ts';
import { ProviderUnavailable } from '../errors.ts';
import { NOTION_VERSION } from './api-versions.ts';
import { notionAccess } from './notion-token.ts';
import { answer, refused, unreachable } from './provider-failure.ts';
import { retryAfterSeconds } from './provider-wait.ts';

/**
 * Notion's 409, conflict_error: "The transaction could not be completed, potentially due to a data collision. Make sure the
 * parameters are up to date and try again." (https://developers.notion.com/reference/status-codes). Nothing was written.
 */
export const notion: Connection<typeof notionCredentials> = {
  provider: 'notion',
  secrets: notionCredentials,
  retryableErrors: ['Conflict'],
};

const id = '[0-9a-fA-F]{8}(?:(?:-[0-9a-fA-F]{4}){3}-|[0-9a-fA-F]{12})[0-9a-fA-F]{12}';
const address = new RegExp(`^https?://[^\\s?#]*[-/](${id})(?:[?#]\\S*)?$`);

export const notionId = z
  .string()
  .max(2000)
  .regex(
    new RegExp(`^${id}$|${address.source}`),
    "must be one of Notion's ids (32 hexadecimal digits) or a page's address, which ends with one",
  );

/** The id itself, of an id or of the address that people copy in Notion. */
export function bareId(given: string): string {
  return address.exec(given)?.[1] ?? given;
}

/** A client without retries: those belong to the state machine, where they can be seen. */
export function notionClient({
  secrets,
  signal,
}: {
  readonly secrets: z.output<(typeof notion)['secrets']>;
  readonly signal: AbortSignal;
}): Client {
  const access = notionAccess(secrets, signal);
  return new Client({
    auth: secrets.token,
    notionVersion: NOTION_VERSION,
    baseUrl: setting('NOTION_BASE_URL'),
    retry: false,
    // The SDK would write failed requests to the console.
    logger: () => {},
    fetch: async (url, { method, headers, body } = {}) => {
      const send = (token: string) =>
        fetch(url, {
          signal,
          // Following a redirect would take the token or the body elsewhere.
          redirect: 'manual',
          ...(method !== undefined && { method }),
          headers: { ...headers, authorization: `Bearer ${token}` },
          ...(body !== undefined && { body }),
        });
      const token = await access.token();
      const response = await send(token);
      if (response.status !== 401) return response;
      // Notion does not say when a token ends. A refused call has had no effect.
      const fresh = await access.renew(token);
      return fresh === undefined ? response : send(fresh);
    },
  });
}

/**
 * The validated response of one call.
 * @throws RateLimited, Unauthorized, NotFound, InvalidInput, Conflict, ProviderUnavailable
 */
export async function reply<Schema extends z.ZodType>(
  schema: Schema,
  call: Promise<unknown>,
): Promise<z.output<Schema>> {
  const value = await call.catch((error: unknown) => {
    throw orchestraError(error);
  });
  // A gateway may pass on an error with a status of success.
  const failure = errorBody.safeParse(value).data;
  if (failure) throw refused({ provider: 'Notion', ...failure, meaning: meaningOf(failure) });
  return answer('Notion', schema, value);
}

const errorBody = z.object({
  object: z.literal('error'),
  status: z.int().min(400).max(599),
  code: z.string(),
  message: z.string(),
});

/** The code decides where the status says something else (https://developers.notion.com/reference/status-codes). */
function meaningOf({ status, code }: { readonly status: number; readonly code: string }): number | undefined {
  // 529, the whole of Notion has too many requests: like 429 in that nothing was done (see the SDK's `canRetry`).
  return status === 529 || code === 'service_overload' || code === 'rate_limited' ? 429 : undefined;
}

/** The part of a page that outputs are made of. */
export const page = z.object({
  id: z.string(),
  url: z.string(),
  last_edited_time: z.string().optional(),
  properties: z
    .record(
      z.string(),
      z.object({
        type: z.string().optional(),
        title: z
          .array(z.object({ plain_text: z.string() }))
          .optional()
          .catch(undefined),
      }),
    )
    .default({}),
});

/** A page's title: the text of its one property of type title, whatever that is called. */
export function pageTitle({ properties }: z.output<typeof page>): string {
  const title = Object.values(properties).find(({ type }) => type === 'title')?.title ?? [];
  return title.map(({ plain_text }) => plain_text).join('');
}

function orchestraError(error: unknown): unknown {
  if (!isNotionClientError(error)) return unreachable('Notion', error) ?? error;
  if (!isHTTPResponseError(error)) return new ProviderUnavailable(`Notion did not answer: ${error.message}`);
  const retryAfter = error.headers instanceof Headers ? error.headers.get('retry-after') : undefined;
  return refused({
    provider: 'Notion',
    status: error.status,
    meaning: meaningOf(error),
    message: error.message,
    retryAfterSeconds: retryAfterSeconds(retryAfter),
  });
}
