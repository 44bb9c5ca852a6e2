// What starts a workflow by itself: the schema of schedules and webhooks.
import * as z from 'zod';

/** An id of a connection, and a webhook's name: parts of a path each. */
export const HOOK_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** A field name of HTTP (RFC 9110, section 5.1). */
export const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

const everyTrigger = {
  input: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('What the runs are given: plain values for the inputs that the workflow declares'),
  enabled: z.boolean().optional().describe('False: it starts nothing; true when left out'),
};

export const scheduleTrigger = z.strictObject({
  schedule: z
    .string()
    .min(1)
    .max(256)
    .describe('`rate(…)`, `cron(…)` or `at(…)`, as EventBridge Scheduler defines them'),
  timezone: z.string().max(50).optional().describe('Of the IANA database; UTC when left out'),
  start_date: z.iso.datetime({ offset: true }).optional().describe('Nothing is due before'),
  end_date: z.iso.datetime({ offset: true }).optional().describe('Nothing is due from then on'),
  flexible_window_minutes: z
    .int()
    .min(1)
    .max(1440)
    .optional()
    .describe('A run may start so much later than it is due; at the minute when left out'),
  ...everyTrigger,
});
export type ScheduleTrigger = z.infer<typeof scheduleTrigger>;

const header = z.string().regex(HEADER_NAME);
const everyWebhook = {
  name: z
    .string()
    .regex(HOOK_NAME)
    .optional()
    .describe('The address is /hooks/<workflow id>.<name>; without a name /hooks/<workflow id>'),
  connection: z
    .string()
    .regex(HOOK_NAME)
    .optional()
    .describe('The connection `webhook/<id>` that holds the secret; the workflow id when left out'),
  headers: z.array(header).max(20).optional().describe('Further headers that a run is given'),
};

/** Names of fields, separated by dots. */
export const FIELD = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$/;

const VERIFY = 'How a delivery proves who sent it';

/** Services whose signature, deliveries and handshake are known (lib/triggers/senders.ts). */
const sender = <Name extends string>(name: Name) =>
  z.strictObject({ verify: z.literal(name).describe(VERIFY), ...everyWebhook });

const deliveryKeys = {
  delivery_header: header
    .optional()
    .describe('The header that tells deliveries apart; without it, what was signed or sent does'),
  delivery_field: z
    .string()
    .regex(FIELD)
    .optional()
    .describe('The field of a JSON body that tells deliveries apart, in place of a header: `id`, `data.id`'),
};

const toleranceSeconds = z.int().min(1).max(3600).optional().describe('300 when left out');

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const standardWebhook = z.strictObject({
  verify: z.literal('standard_webhooks').describe(VERIFY),
  ...everyWebhook,
  tolerance_seconds: toleranceSeconds,
});

export type StandardWebhook = z.infer<typeof standardWebhook>;

export const hmacWebhook = z.strictObject({
  verify: z.literal('hmac').describe(VERIFY),
  ...everyWebhook,
  header: header.describe('The header that holds the HMAC-SHA256 of the body'),
  prefix: z.string().max(20).optional().describe('What stands before the signature: `sha256=`'),
  encoding: z.enum(['hex', 'base64']).optional().describe('Of the signature; hex when left out'),
  timestamp: z
    .strictObject({
      header: header.describe('The header that holds the time of sending, in seconds since 1970'),
      prefix: z.string().max(20).optional().describe('What stands before the time: `t=`'),
      tolerance_seconds: toleranceSeconds,
    })
    .optional()
    .describe('Deliveries that were sent too long ago are refused'),
  signed: z
    .string()
    .max(100)
    .optional()
    .describe('What is signed: `{body}`, or with a timestamp `{timestamp}.{body}`, when left out'),
  ...deliveryKeys,
});
export type HmacWebhook = z.infer<typeof hmacWebhook>;

export const tokenWebhook = z.strictObject({
  verify: z.literal('token').describe(VERIFY),
  ...everyWebhook,
  header: header
    .optional()
    .describe('The header that holds the secret itself; `Authorization: Bearer <secret>` when left out'),
  ...deliveryKeys,
});

export const webhookKinds = {
  github: sender('github'),
  notion: sender('notion'),
  slack: sender('slack'),
  stripe: sender('stripe'),
  zoom: sender('zoom'),
  standard_webhooks: standardWebhook,
  hmac: hmacWebhook,
  token: tokenWebhook,
} as const;
const { github, notion, slack, stripe, zoom, standard_webhooks: standard, hmac, token } = webhookKinds;
export const webhook = z.discriminatedUnion('verify', [
  github,
  notion,
  slack,
  stripe,
  zoom,
  standard,
  hmac,
  token,
]);
export type Webhook = z.infer<typeof webhook>;

export const webhookTrigger = z.strictObject({
  webhook: webhook.describe('`POST /hooks/<workflow id>` starts the workflow'),
  ...everyTrigger,
});
export type WebhookTrigger = z.infer<typeof webhookTrigger>;

/** As many as a schedule's name has digits for. */
export const MAX_TRIGGERS = 20;

export const triggerKinds = { schedule: scheduleTrigger, webhook: webhookTrigger } as const;
export const trigger = z.union([scheduleTrigger, webhookTrigger]);
export type Trigger = z.infer<typeof trigger>;

export function isSchedule(value: Trigger): value is ScheduleTrigger {
  return 'schedule' in value;
}

/** A webhook's part of its address. */
export function hookId(workflowId: string, { name }: Pick<Webhook, 'name'>): string {
  return name === undefined ? workflowId : `${workflowId}.${name}`;
}

/** The id of the connection `webhook/<id>` that holds a webhook's secret. */
export function hookConnection(workflowId: string, { connection }: Pick<Webhook, 'connection'>): string {
  return connection ?? workflowId;
}

/** The input that a webhook's runs are given what was sent in. */
export const WEBHOOK_INPUT = 'webhook';

/** How the names of the executions begin that schedules start. */
export const SCHEDULED_NAME = 'schedule-';

/**
 * What a run gets in its input besides its inputs when a step of another workflow starts it: the ARN of that execution.
 * Step Functions' console links the two by it (developer guide, "Start workflow executions from a task state").
 */
export const STARTED_BY = 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID';

/**
 * Besides, the ARN of the execution whose large values are those of the run too: the one from which all began that
 * workflows have started of each other. No input can be declared by these names, so that nobody else gives them.
 */
export const VALUES_OF = 'AI_ORCHESTRA_VALUES_OF_EXECUTION_ID';

/** What a `workflow` step adds to an input. */
export const ADDED_INPUTS: readonly string[] = [STARTED_BY, VALUES_OF];

/** Headers that a run is never given, whatever a trigger asks for: they prove who sends. */
export const SECRET_HEADERS: readonly string[] = ['authorization', 'cookie', 'proxy-authorization'];
