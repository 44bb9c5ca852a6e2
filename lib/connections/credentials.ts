// What the credentials of each provider are made of: the fields of a connection's secret.
import * as z from 'zod';

/** A key or token, which travels in a header (RFC 9110, section 5.5) or a form. Copied ones often have a line break at the end. */
const token = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,2048}$/, 'must be one word of visible ASCII characters, at most 2,048');

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address with http or https', abort: true })
  .max(500)
  .refine((text) => {
    const { username, password, search, hash } = new URL(text);
    return username + password + search + hash === '';
  }, 'must be an address without a user, a query and a fragment')
  .transform((text) => text.replace(/(?<!\/)\/+$/, ''));

export const openaiCredentials = z.object({
  api_key: token.describe('The API key; a server of one’s own that asks for none takes any'),
  base_url: baseUrl
    .optional()
    .describe('Of a server that speaks OpenAI’s API, with its version: `http://localhost:11434/v1`')
    .meta({ examples: ['https://llm.acme.example/v1'] }),
  api: z
    .enum(['responses', 'chat_completions'])
    .optional()
    .describe(
      'Which of OpenAI’s APIs the server speaks; when left out, `chat_completions` at a `base_url`, and else `responses`',
    ),
});

/** As GitHub generates it for an App; a copied one may have lost its line breaks to `\\n`. */
export const privateKey = z
  .string()
  .transform((text) => text.replaceAll('\\n', '\n').trim())
  .pipe(
    z
      .string()
      .max(3500)
      .regex(
        /^-----BEGIN (RSA )?PRIVATE KEY-----\n[A-Za-z0-9+/=\s]+\n-----END (RSA )?PRIVATE KEY-----$/,
        'must be a private key in PEM, from BEGIN to END',
      ),
  );

/** A token of a user, or an installation of a GitHub App, which acts for itself by the App's key. */
export const githubCredentials = z
  .object({
    token: token.optional().describe('Of a user; or else `app` and `private_key`'),
    app: z
      .strictObject({
        client_id: token.describe('The App’s client ID'),
        installation_id: z.int().min(1).describe('The number at the end of the installation’s page'),
        account: z
          .string()
          .regex(/^[\w-]{1,100}$/)
          .describe('The user or organization that it is installed for'),
      })
      .optional(),
    private_key: privateKey.optional(),
  })
  .superRefine(({ token: given, app, private_key }, context) => {
    const missing = (field: string, expected: 'string' | 'object') =>
      context.addIssue({ code: 'invalid_type', expected, path: [field], input: undefined });
    if (given !== undefined && app === undefined && private_key === undefined) return;
    if (given !== undefined)
      return context.addIssue({
        ...{ code: 'custom', path: ['token'], input: given },
        message: 'goes without `app` and `private_key`',
      });
    if (app === undefined && private_key === undefined) return missing('token', 'string');
    if (app === undefined) missing('app', 'object');
    if (private_key === undefined) missing('private_key', 'string');
  });

/** The token of an internal integration; or, of a public one, the tokens of a grant and the client that they were given to. */
export const notionCredentials = z.object({
  token,
  refresh_token: token.optional(),
  client_id: token.optional(),
  client_secret: token.optional(),
});

export const googleCredentials = z.object({
  client_id: token,
  client_secret: token,
  refresh_token: token,
});

export const webhookCredentials = z.object({
  secret: z
    .string()
    .overwrite((text) => text.replace(/(?<![\r\n])[\r\n]+$/, ''))
    .min(1)
    .max(2048)
    .describe('What the sender signs its deliveries with'),
});

/** A field name (RFC 9110, section 5.1). */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
/**
 * RFC 9110, sections 7.2, 7.6.1 and 8.6, and RFC 9112: what belongs to the connection or frames the message. With them one
 * request could become two, or be of another host. Names in small letters.
 */
export const FRAMING_HEADER =
  /^(?:host|connection|content-length|expect|http2-settings|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/;
/** Visible ASCII, blanks and tabs, but not at its ends (RFC 9110, section 5.5): nothing that could begin another header. */
export const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

export const HTTP_KINDS = ['bearer', 'basic', 'headers', 'query_key', 'none'] as const;
type HttpKind = (typeof HTTP_KINDS)[number];

const httpFields = {
  token: token.describe('Of `bearer`: what follows `Bearer` in the header Authorization'),
  username: z
    .string()
    .max(1000)
    // RFC 7617, section 2.
    .regex(/^[^:\p{Cc}\p{Cs}]*$/u, 'must have no colon, no control character and no half of a character')
    .describe('Of `basic`'),
  password: z
    .string()
    .max(2000)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must have no control character and no half of a character')
    .describe('Of `basic`; may be empty'),
  headers: z
    .record(
      z.string().regex(HEADER_NAME, 'must be the name of a header'),
      z.string().trim().max(2048).regex(HEADER_VALUE, 'must be ASCII in one line'),
    )
    .refine((given) => Object.keys(given).length > 0, 'must have a header')
    .superRefine((given, context) => {
      const seen = new Set<string>();
      for (const name of Object.keys(given)) {
        const key = name.toLowerCase();
        const message = seen.has(key)
          ? 'stands there twice, in other letters'
          : FRAMING_HEADER.test(key) && 'is set by whoever sends the request';
        if (message) context.addIssue({ code: 'custom', path: [name], message });
        seen.add(key);
      }
    })
    .describe('Of `headers`: each with its value, such as `X-Api-Key`'),
  name: z.string().min(1).max(200).describe('Of `query_key`: the parameter of the query that holds the key'),
  value: token.describe('Of `query_key`: the key'),
};
type HttpField = keyof typeof httpFields;

const fieldsOfKind: Readonly<Record<HttpKind, readonly HttpField[]>> = {
  bearer: ['token'],
  basic: ['username', 'password'],
  headers: ['headers'],
  query_key: ['name', 'value'],
  none: [],
};

/** Credentials for the server of one address, which are sent to no other. */
export const httpCredentials = z
  .object({
    kind: z.enum(HTTP_KINDS).describe('How they are sent; `none`: a base URL alone'),
    base_url: baseUrl
      .optional()
      .describe('Where they are sent, with https, and nowhere else; steps may give paths below it')
      .meta({ examples: ['https://api.acme.example/v1'] }),
    ...z.object(httpFields).partial().shape,
    test_path: z
      .string()
      .max(1000)
      .regex(/^\/[\x21-\x7e]*$/, 'must be a path from / on')
      .optional()
      .describe('What is asked for by GET below the base URL to try them: `/me`'),
    test_status: z
      .int()
      .min(200)
      .max(599)
      .optional()
      .describe('The status by which it is answered when they are taken; 200 to 299 when left out'),
  })
  .superRefine((given, context) => {
    const needed: readonly string[] = fieldsOfKind[given.kind];
    const names: readonly HttpField[] = ['token', 'username', 'password', 'headers', 'name', 'value'];
    for (const name of names) {
      if (needed.includes(name) && given[name] === undefined)
        context.addIssue({ code: 'invalid_type', expected: 'string', path: [name], input: undefined });
      if (!needed.includes(name) && given[name] !== undefined)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `does not go with the kind ${given.kind}`,
        });
    }
    if (given.kind !== 'none' && given.base_url === undefined)
      context.addIssue({ code: 'invalid_type', expected: 'string', path: ['base_url'], input: undefined });
  });

/** By the provider of the connection. */
export const credentials = {
  openai: openaiCredentials,
  github: githubCredentials,
  notion: notionCredentials,
  google: googleCredentials,
  webhook: webhookCredentials,
  http: httpCredentials,
} as const;

export type ConnectionProvider = keyof typeof credentials;
export type Credentials<Provider extends ConnectionProvider = ConnectionProvider> = z.output<
  (typeof credentials)[Provider]
>;

export const CONNECTION_PROVIDERS = [
  'openai',
  'github',
  'notion',
  'google',
  'webhook',
  'http',
] as const satisfies readonly ConnectionProvider[];
