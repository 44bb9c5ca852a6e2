// What starts a workflow by itself: the schema of schedules and webhooks.
import * as z from 'zod';

/** An id of a connection, and a webhook's name: parts of a path each. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** A field name of HTTP (RFC 9110, section 5.1). */
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

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

const header = z.string().regex(HEADER);
const everyWebhook = {
  name: z
    .string()
    .regex(NAME)
    .optional()
    .describe('The address is /hooks/<workflow id>.<name>; without a name /hooks/<workflow id>'),
  connection: z
    .string()
    .regex(NAME)
    .optional()
    .describe('The connection `webhook/<id>` that holds the secret; the workflow id when left out'),
  headers: z.array(header).max(20).optional().describe('Further headers that a run is given'),
};

const VERIFY = 'How a delivery proves who sent it';

/** Signed as GitHub signs: X-Hub-Signature-256. */
export const githubWebhook = z.strictObject({
  verify: z.literal('github').describe(VERIFY),
  ...everyWebhook,
});

const deliveryHeader = header
  .optional()
  .describe('The header that tells deliveries apart; without it, what was signed or sent does');

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
      tolerance_seconds: z.int().min(1).max(3600).optional().describe('300 when left out'),
    })
    .optional()
    .describe('Deliveries that were sent too long ago are refused'),
  signed: z
    .string()
    .max(100)
    .optional()
    .describe('What is signed: `{body}`, or with a timestamp `{timestamp}.{body}`, when left out'),
  delivery_header: deliveryHeader,
});
export type HmacWebhook = z.infer<typeof hmacWebhook>;

export const tokenWebhook = z.strictObject({
  verify: z.literal('token').describe(VERIFY),
  ...everyWebhook,
  header: header
    .optional()
    .describe('The header that holds the secret itself; `Authorization: Bearer <secret>` when left out'),
  delivery_header: deliveryHeader,
});

export const webhookKinds = { github: githubWebhook, hmac: hmacWebhook, token: tokenWebhook } as const;
export const webhook = z.discriminatedUnion('verify', [githubWebhook, hmacWebhook, tokenWebhook]);
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

/** The input that a webhook's runs are given what was sent in. */
export const WEBHOOK_INPUT = 'webhook';

/** Headers that a run is never given, whatever a trigger asks for: they prove who sends. */
export const SECRET_HEADERS: readonly string[] = ['authorization', 'cookie', 'proxy-authorization'];
