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
  .transform((text) => text.replace(/\/+$/, ''));

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

export const tokenCredentials = z.object({ token });

export const googleCredentials = z.object({
  client_id: token,
  client_secret: token,
  refresh_token: token,
});

export const webhookCredentials = z.object({
  secret: z
    .string()
    .overwrite((text) => text.replace(/[\r\n]+$/, ''))
    .min(1)
    .max(2048)
    .describe('What the sender signs its deliveries with'),
});

/** By the provider of the connection. */
export const credentials = {
  openai: openaiCredentials,
  github: tokenCredentials,
  notion: tokenCredentials,
  google: googleCredentials,
  webhook: webhookCredentials,
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
] as const satisfies readonly ConnectionProvider[];
