// Schemas of connections. None of them holds a credential but what creates or replaces one.
import * as z from 'zod';
import { CONNECTION_ID } from '../connections/connection-id.ts';
import { CONNECTION_PROVIDERS, credentials } from '../connections/credentials.ts';
import { MAX_LIMIT, pageOf, pageQuery, workflowId } from './common.ts';

const provider = z.enum(CONNECTION_PROVIDERS).describe('`google` is what the actions `gmail.*` read');

const id = z
  .string()
  .regex(
    CONNECTION_ID,
    'a connection id has a-z, 0-9, _ and -, at most 64, and begins with a letter or digit',
  )
  .describe('Steps that name no connection read `default`')
  .meta({ examples: ['default'] });

/** `GET /connections/google/authorize` is no connection. */
const newId = id.refine(
  (text) => !['authorize', 'callback'].includes(text),
  'is the name of a route, and none that a connection can have',
);

export const connectionParams = z.object({ provider, id });

const label = z
  .string()
  .trim()
  .max(100)
  .nullable()
  .default(null)
  .describe('What people call it')
  .meta({ examples: ['The mailbox of support'] });

const workflows = z
  .array(workflowId)
  .max(50)
  .nullable()
  .default(null)
  .describe('The ids of the workflows that alone may use it; any when null');

const secret = z.record(z.string(), z.unknown()).describe('See the provider; no answer ever holds them');

const oauthParams = {
  id: newId.default('default'),
  label: label.unwrap().unwrap().optional(),
  workflows: z
    .string()
    .max(1000)
    .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
    .pipe(z.array(workflowId).max(20))
    .optional()
    .describe('The ids of the workflows that alone may use it, with commas between'),
};

export const googleAuthorizeQuery = z.object({
  ...oauthParams,
  scope: z
    .string()
    .max(1000)
    .optional()
    .describe('The scopes that are asked for, with spaces between; what was granted before stays'),
});
export const notionAuthorizeQuery = z.object(oauthParams);
export const githubAuthorizeQuery = z.object({
  ...oauthParams,
  account: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be the name of a user or an organization')
    .optional()
    .describe('The user or organization at GitHub that the App is, or is to be, installed for'),
});

/** Providers send more parameters than these. */
export const callbackQuery = z.looseObject({
  state: z.string().max(4000).optional().describe('What was sent to the provider'),
  code: z.string().max(2000).optional(),
  error: z.string().max(200).optional(),
  installation_id: z.string().max(20).optional().describe('Of GitHub, after an App was installed'),
  setup_action: z.string().max(20).optional(),
});

export const begunAuthorization = z
  .object({
    authorize_url: z.string().describe('The page of the provider where the person gives consent'),
    expires_at: z.iso.datetime().describe('Until when the provider’s answer is taken'),
  })
  .meta({ id: 'BegunAuthorization' });

/** Of which the credentials are checked by the provider's own schema (`credentialsBody`). */
export const connectionBody = z.strictObject({
  provider,
  id: newId.default('default'),
  label,
  workflows,
  credentials: secret,
});

export const replaceConnectionBody = z
  .strictObject({ label, workflows, credentials: secret.optional() })
  .meta({ id: 'ReplaceConnection', examples: [{ label: 'The mailbox of support', workflows: null }] });

/** The body with one provider's credentials. */
function bodyOf(name: (typeof CONNECTION_PROVIDERS)[number]) {
  return connectionBody.extend({ provider: z.literal(name), credentials: credentials[name].strict() });
}

export const documentedConnectionBody = z
  .union([
    bodyOf('openai'),
    bodyOf('github'),
    bodyOf('notion'),
    bodyOf('google'),
    bodyOf('webhook'),
    bodyOf('http'),
  ])
  .meta({ id: 'NewConnection', examples: [{ provider: 'github', credentials: { token: '<your token>' } }] });

export const connectionStatus = z
  .enum(['connected', 'needs_reconnect', 'untested'])
  .describe(
    '`connected`: the provider took its credentials when they were last tried; `needs_reconnect`: it refused them; `untested`: they were never tried, or changed in Systems Manager since',
  );

export const connectionSource = z
  .enum(['api', 'oauth', 'env', 'emulator', 'parameter'])
  .describe(
    '`api`: with credentials that were sent here; `oauth`: with an authorization at the provider; `env`: of `.env` on this machine, written again at each start; `emulator`: of an emulated provider; `parameter`: written in Systems Manager by hand',
  );

const missingScope = z.object({
  action: z.string().meta({ examples: ['gmail.send_message'] }),
  any_of: z.array(z.string()).describe('The scopes of which the action needs one'),
});

export const connection = z
  .object({
    provider,
    id: z.string(),
    version: z.int().describe('Of its SSM parameter, and in quotation marks its ETag'),
    label: z.string().nullable(),
    owner: z.string().nullable().describe('The user who created it'),
    source: connectionSource,
    account: z
      .string()
      .nullable()
      .describe('Whose account it is at the provider, as far as that tells')
      .meta({ examples: ['ada@acme.example'] }),
    base_url: z
      .string()
      .nullable()
      .describe('Of `http`, where its credentials are sent; of `openai`, a server of its own'),
    scopes: z.array(z.string()).nullable().describe('null: the provider does not tell'),
    missing: z.array(missingScope).describe('The actions that need a scope which it lacks'),
    workflows: z.array(z.string()).nullable(),
    used_by: z.array(z.string()).describe('The workflows whose steps name it, or whose webhooks'),
    status: connectionStatus,
    tested_at: z.iso.datetime().nullable(),
    last_failure: z
      .object({
        at: z.iso.datetime(),
        message: z.string(),
        execution_id: z.string().nullable().describe('The run that failed; null when a test did'),
      })
      .nullable()
      .describe('The last refusal since it was connected'),
    created_at: z.iso.datetime().nullable(),
    updated_at: z.iso.datetime(),
    updated_by: z.string().nullable(),
  })
  .meta({ id: 'Connection' });
export type ConnectionView = z.output<typeof connection>;

export const connectionPage = pageOf(connection).meta({ id: 'ConnectionPage' });
export const connectionsQuery = pageQuery.extend({
  limit: pageQuery.shape.limit.describe(`The maximum number of items, ${MAX_LIMIT} at most`),
});

export const deleteConnectionQuery = z.object({
  force: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true`: also when workflows name it, whose runs fail then'),
});

export const deletedConnection = z
  .object({
    revoked: z
      .boolean()
      .nullable()
      .describe(
        'Whether the provider has revoked the grant; null where a key or token can be revoked there alone',
      ),
    revoke_at: z.string().nullable().describe('Where a person revokes it'),
  })
  .meta({ id: 'DeletedConnection' });
