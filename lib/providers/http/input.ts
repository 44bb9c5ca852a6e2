// What http.request takes.
import * as z from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Scalar = z.output<typeof scalar>;

/** Names with values; a list stands for the name several times, null for nothing. */
const fields = z.record(z.string().min(1).max(500), z.union([scalar, z.array(scalar).max(500)]));

const mediaType = z
  .string()
  .regex(/^[\w.+-]+\/[\w.+*-]+(?:\s*;\s*[\w.+-]+=(?:[\w.+-]+|"[\w .+-]*"))*$/, 'must be a media type')
  .max(200);

const base64 = z
  .string()
  .describe('Bytes in base64, as gmail.get_attachment and http.request give them; at most 20 MB');

const jsonBody = z
  .strictObject({
    type: z.literal('json').describe('A JSON value'),
    json: z.unknown().describe('The value'),
  })
  .meta({ required: ['type', 'json'] });

const formBody = z.strictObject({
  type: z.literal('form').describe('The fields of a form, as application/x-www-form-urlencoded'),
  fields: fields.describe('Names with values; a list gives the name several times'),
});

const part = z.strictObject({
  name: z.string().min(1).max(500).describe('The field'),
  value: scalar.optional().describe('Its text; or else content'),
  content: base64.optional().describe('A file: its bytes in base64, as gmail.get_attachment gives them'),
  filename: z
    .string()
    .regex(/^[^\p{Cc}]{1,255}$/u, 'must be the name of a file')
    .optional()
    .describe('The name of the file'),
  content_type: mediaType.optional().describe('The type of the file'),
});

const multipartBody = z.strictObject({
  type: z.literal('multipart').describe('Fields and files, as multipart/form-data'),
  parts: z.array(part).min(1).max(100).describe('The fields and files in order'),
});

const textBody = z.strictObject({
  type: z.literal('text').describe('A text as it is: XML, CSV, GraphQL'),
  text: z.string().describe('The text'),
  content_type: mediaType.default('text/plain; charset=utf-8').describe('What it is'),
});

const fileBody = z.strictObject({
  type: z.literal('file').describe('The bytes of a file'),
  content: base64,
  content_type: mediaType.default('application/octet-stream').describe('What it is'),
});

const body = z.discriminatedUnion('type', [jsonBody, formBody, multipartBody, textBody, fileBody]);
export type HttpBody = z.output<typeof body>;

/** RFC 6901. */
const pointer = z
  .string()
  .max(500)
  .regex(/^(?:\/(?:[^~]|~[01])*)?$/, 'must be a JSON pointer: empty, or from / on');

const everyPage = {
  items: pointer
    .default('')
    .describe(
      'Where the list is in each answer, as a JSON pointer: `/data`; empty when the answer is the list',
    ),
  max_pages: z.int().min(1).max(100).default(10).describe('How many pages are asked for at most'),
};

const paging = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('link').describe('The header Link has the next address (rel="next", as of GitHub)'),
    ...everyPage,
  }),
  z.strictObject({
    type: z.literal('next_url').describe('The answer has the next address'),
    next: pointer.min(1).describe('Where it is, as a JSON pointer: `/links/next`'),
    ...everyPage,
  }),
  z.strictObject({
    type: z.literal('cursor').describe('The answer has a cursor, which the next request names'),
    next: pointer.min(1).describe('Where it is, as a JSON pointer: `/meta/next_cursor`'),
    parameter: z.string().min(1).max(200).default('cursor').describe('What the next request calls it'),
    in: z
      .enum(['query', 'body'])
      .default('query')
      .describe('Where the next request has it: in the query, or in its JSON body'),
    ...everyPage,
  }),
  z.strictObject({
    type: z.literal('page').describe('Pages are numbered, and an empty one is after the last'),
    parameter: z.string().min(1).max(200).default('page').describe('The parameter of the query'),
    first: z.int().min(0).max(1_000_000).default(1).describe('The number of the first page'),
    ...everyPage,
  }),
]);
export type Paging = z.output<typeof paging>;

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
/** RFC 9110, section 9.2.1: they change nothing. */
export const SAFE_METHODS = ['GET', 'HEAD'] as const;

/** In Lambda's memory it stands several times: as it came, as text, as JSON. */
const MAX_BYTES = 20_000_000;

export const httpInput = z.strictObject({
  method: z.enum(METHODS).default('GET').describe('What is done: GET and HEAD read, the others write'),
  url: z
    .string()
    .min(1)
    .max(8000)
    .regex(/^\P{Cc}+$/u, 'must have no control character')
    .describe('The whole address; or, with a connection, a path below its base URL: `/orders`'),
  query: fields.optional().describe('Parameters after the `?`; a list gives the name several times'),
  headers: z
    .record(z.string().max(256), z.union([z.string().max(8000), z.number(), z.boolean(), z.null()]))
    .optional()
    .describe('Headers by name. Credentials belong into a connection: what stands here, every run shows'),
  body: body.optional().describe('What is sent, with POST, PUT, PATCH and DELETE'),
  response: z
    .enum(['auto', 'json', 'text', 'file'])
    .default('auto')
    .describe('How the answer is given: as `json`, `text` or `content` (a file); auto goes by its type'),
  paging: paging
    .optional()
    .describe('How a list goes on: all pages are asked for, and their items given as one list'),
  idempotent: z
    .boolean()
    .optional()
    .describe(
      'Whether sending it twice does no harm: a search by POST, or a server that heeds the header Idempotency-Key, which writing calls have. No for POST and PATCH when left out',
    ),
  expected_statuses: z
    .array(z.int().min(200).max(599))
    .min(1)
    .max(50)
    .optional()
    .describe('The statuses that are no failure; 200 to 299 when left out'),
  timeout_seconds: z.int().min(1).max(100).default(30).describe('How long each request may take'),
  max_redirects: z.int().min(0).max(10).default(5).describe('How many redirects are followed'),
  max_bytes: z
    .int()
    .min(1)
    .max(MAX_BYTES)
    .default(5_000_000)
    .describe('The most bytes that an answer may have, unpacked'),
});
export type HttpInput = z.output<typeof httpInput>;
