// The only reader of the environment. Settings are read when asked for, never at import.
import { ConfigurationError } from './errors.ts';

const defaults = {
  OPENAI_BASE_URL: 'https://api.openai.com/v1',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_URL: 'https://github.com',
  NOTION_BASE_URL: 'https://api.notion.com',
  GMAIL_BASE_URL: 'https://gmail.googleapis.com',
  GOOGLE_TOKEN_URL: 'https://oauth2.googleapis.com/token',
  GOOGLE_AUTH_URL: 'https://accounts.google.com/o/oauth2/v2/auth',
  HTTP_PRIVATE_ORIGINS: '',
} as const;

/**
 * Every setting:
 * - AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: set by Lambda.
 * - AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_SSM: the SDK's own variables, for what is asked without it.
 * - WORKFLOWS_BUCKET, TEMPLATES_BUCKET, LOGS_BUCKET, RUNS_BUCKET: S3 bucket names.
 * - STATE_MACHINE_ARN_PREFIX: ARN of a workflow's state machine without the workflow id at its end.
 * - STATE_MACHINE_ROLE_ARN: the role that state machines run as.
 * - STATES_SYNC_ENDPOINT_URL: where synchronous starts go; AWS's own host for them when it is not set.
 * - FUNCTION_ARN_PREFIX: ARN of an action's Lambda without the action's name (`github-create-issue`) at its end.
 * - API_URL: the address of the API that people reach, without a slash at its end.
 * - CONNECTIONS_PATH: path of the SSM parameters that hold connections, without a slash at its end.
 * - OAUTH_CLIENTS_PATH: path of the SSM parameters that hold the OAuth clients, without a slash at its end.
 * - CONNECTION_TOKENS_PATH: path of the SSM parameters that hold tokens which have replaced those of connections.
 * - SCHEDULE_GROUP: the group of EventBridge Scheduler that holds the workflows' schedules.
 * - SCHEDULE_ROLE_ARN: the role that schedules start executions as.
 * - UNSTARTED_RUNS_QUEUE_ARN: the SQS queue for due times whose execution could not be started.
 * - CATALOGUE_FILE: path of the action catalogue, a JSON file made by `npm run build`.
 * - DASHBOARD_FOLDER: path of the dashboard's files, made by `npm run build`.
 * - USER_POOL_ID, USER_POOL_CLIENT_ID: the Cognito user pool and its app client.
 * - AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: the SDK's own variable; the user pool's key set is read there too.
 * - TRUSTED_ISSUERS: JSON list of further OIDC issuers, `[{issuer, audience, jwks_uri?, roles_claim?}]`.
 * - DEMO_USERS: JSON list of users whose passwords are no secret, `[{user_id, password, role}]`: the login page names them.
 * - OPENAI_BASE_URL, GITHUB_API_URL, NOTION_BASE_URL, GMAIL_BASE_URL, GOOGLE_TOKEN_URL: the providers.
 * - HTTP_PRIVATE_ORIGINS: servers that HTTP requests may reach though they are not on the public internet; none on AWS.
 * - GITHUB_URL, GOOGLE_AUTH_URL: where people give their consent; Notion's page is at NOTION_BASE_URL.
 */
export type Setting =
  | 'AWS_REGION'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_SESSION_TOKEN'
  | 'AWS_ENDPOINT_URL'
  | 'AWS_ENDPOINT_URL_S3'
  | 'AWS_ENDPOINT_URL_SSM'
  | 'WORKFLOWS_BUCKET'
  | 'TEMPLATES_BUCKET'
  | 'LOGS_BUCKET'
  | 'RUNS_BUCKET'
  | 'STATE_MACHINE_ARN_PREFIX'
  | 'STATE_MACHINE_ROLE_ARN'
  | 'STATES_SYNC_ENDPOINT_URL'
  | 'FUNCTION_ARN_PREFIX'
  | 'API_URL'
  | 'CONNECTIONS_PATH'
  | 'CONNECTION_TOKENS_PATH'
  | 'OAUTH_CLIENTS_PATH'
  | 'SCHEDULE_GROUP'
  | 'SCHEDULE_ROLE_ARN'
  | 'UNSTARTED_RUNS_QUEUE_ARN'
  | 'CATALOGUE_FILE'
  | 'DASHBOARD_FOLDER'
  | 'USER_POOL_ID'
  | 'USER_POOL_CLIENT_ID'
  | 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'
  | 'TRUSTED_ISSUERS'
  | 'DEMO_USERS'
  | keyof typeof defaults;

/** The value of a setting, or undefined. */
export function optionalSetting(name: Setting, environment = process.env): string | undefined {
  return environment[name] || (defaults as Partial<Record<Setting, string>>)[name];
}

/**
 * The value of a setting.
 * @throws ConfigurationError when it is not set and has no default
 */
export function setting(name: Setting, environment = process.env): string {
  const value = optionalSetting(name, environment);
  if (value === undefined) throw new ConfigurationError(`The environment variable ${name} is not set`);
  return value;
}
