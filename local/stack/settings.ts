// The names that every local stack uses, and the settings that follow from them.
import type { Setting } from '../../lib/config.ts';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';
/** Of the names of buckets, functions and state machines. */
export const PREFIX = 'ai-orchestra-local-';

/** What the AWS SDKs want; nothing on the laptop checks them. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The settings that are the same in every local stack. */
export const localSettings = {
  AWS_REGION: REGION,
  WORKFLOWS_BUCKET: `${PREFIX}workflows`,
  TEMPLATES_BUCKET: `${PREFIX}templates`,
  LOGS_BUCKET: `${PREFIX}logs`,
  RUNS_BUCKET: `${PREFIX}runs`,
  STATE_MACHINE_ARN_PREFIX: `arn:aws:states:${REGION}:${ACCOUNT_ID}:stateMachine:${PREFIX}`,
  STATE_MACHINE_ROLE_ARN: `arn:aws:iam::${ACCOUNT_ID}:role/${PREFIX}state-machines`,
  FUNCTION_ARN_PREFIX: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${PREFIX}`,
  CONNECTIONS_PATH: '/ai-orchestra/local/connections',
  CONNECTION_TOKENS_PATH: '/ai-orchestra/local/connection-tokens',
  OAUTH_CLIENTS_PATH: '/ai-orchestra/local/oauth-clients',
  SCHEDULE_GROUP: 'ai-orchestra-local',
  SCHEDULE_ROLE_ARN: `arn:aws:iam::${ACCOUNT_ID}:role/${PREFIX}schedules`,
  UNSTARTED_RUNS_QUEUE_ARN: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${PREFIX}unstarted-runs`,
} as const satisfies Partial<Record<Setting, string>>;

export type Settings = Partial<Record<Setting, string>>;
export type StackSettings = Settings & typeof localSettings;

/** What an SDK client needs to reach a stack's AWS endpoint. */
export interface ClientConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
