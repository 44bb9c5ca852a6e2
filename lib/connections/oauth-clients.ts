// The OAuth clients of this installation, one a provider: an SSM SecureString, a JSON object that an admin has written.
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { setting } from '../config.ts';
import { jsonValue } from '../json.ts';
import { ApiProblem } from '../problem.ts';
import { privateKey } from './credentials.ts';

const client = z.object({ client_id: z.string().trim().min(1), client_secret: z.string().trim().min(1) });
/** A GitHub App: its `slug` is the name in the address of its page, `private_key` one that GitHub has generated for it. */
const githubApp = client.extend({ slug: z.string().regex(/^[a-z0-9-]{1,100}$/), private_key: privateKey });

interface OAuthClients {
  readonly google: z.output<typeof client>;
  readonly notion: z.output<typeof client>;
  readonly github: z.output<typeof githubApp>;
}
export type OAuthProvider = keyof OAuthClients;
export type OAuthClient<Provider extends OAuthProvider = OAuthProvider> = OAuthClients[Provider];

export const OAUTH_PROVIDERS = ['google', 'notion', 'github'] as const satisfies readonly OAuthProvider[];

/** No longer than a consent takes. */
const KEEP_MS = 10_000;

const schemas: { readonly [Provider in OAuthProvider]: z.ZodType<OAuthClients[Provider]> } = {
  google: client,
  notion: client,
  github: githubApp,
};

/** @throws ApiProblem oauth-client-missing when there is none, or it lacks a field (names the field, never a value) */
export async function readOAuthClient<Provider extends OAuthProvider>(
  provider: Provider,
  ssm: Pick<SSMClient, 'send'>,
): Promise<OAuthClient<Provider>> {
  const name = `${setting('OAUTH_CLIENTS_PATH')}/${provider}`;
  const told = `An admin registers one at the provider and writes it to the SSM parameter ${name}`;
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    const parsed = schemas[provider].safeParse(jsonValue(Parameter?.Value ?? ''));
    if (parsed.success) return parsed.data;
    const fields = [...new Set(parsed.error.issues.map(({ path: [field] }) => String(field ?? 'JSON')))];
    throw missing(`The OAuth client of ${provider} lacks a valid value for ${fields.join(', ')}. ${told}`);
  } catch (error) {
    if (error instanceof ParameterNotFound) throw missing(`There is no OAuth client of ${provider}. ${told}`);
    throw error;
  }
}

function missing(message: string): ApiProblem {
  return new ApiProblem('oauth-client-missing', message);
}

/** Reads clients, and knows them for a while: anybody may call what uses it, and Systems Manager answers 40 requests a second. */
export class KnownOAuthClients {
  readonly #known = new Map<OAuthProvider, { readonly client: Promise<unknown>; readonly until: number }>();
  readonly #ssm: Pick<SSMClient, 'send'>;
  readonly #now: () => number;

  constructor(ssm: Pick<SSMClient, 'send'>, now: () => number = Date.now) {
    this.#ssm = ssm;
    this.#now = now;
  }

  /** @throws ApiProblem oauth-client-missing */
  async read<Provider extends OAuthProvider>(provider: Provider): Promise<OAuthClient<Provider>> {
    const known = this.#known.get(provider);
    if (!known || known.until <= this.#now()) {
      const client = readOAuthClient(provider, this.#ssm);
      this.#known.set(provider, { client, until: this.#now() + KEEP_MS });
      return client;
    }
    return schemas[provider].parse(await known.client);
  }
}
