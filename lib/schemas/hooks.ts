// Schemas of webhooks.
import * as z from 'zod';
import { webhook } from '../workflow-format/triggers.ts';
import { pageLimit, pageOf, workflowId } from './common.ts';

export const hookParams = z.object({
  id: z
    .string()
    .regex(
      /^[a-z][a-z0-9_-]{0,47}(\.[a-z0-9][a-z0-9_-]{0,63})?$/,
      'the workflow’s id, and a dot and the webhook’s name when it has one',
    )
    .meta({ examples: ['triage'] }),
});

export const webhookPage = pageOf(
  z
    .object({
      id: hookParams.shape.id.describe('`POST /hooks/<id>` is its address'),
      workflow_id: workflowId,
      trigger: z.int().min(0).describe('The index in the workflow’s `triggers`, from 0'),
      enabled: z.boolean(),
      connection: z
        .string()
        .meta({ examples: ['webhook/triage'] })
        .describe('The connection that holds the secret'),
      parameter: z
        .string()
        .meta({ examples: ['/ai-orchestra/prod/connections/webhook/triage'] })
        .describe('The SSM parameter that the connection is'),
      webhook: webhook.describe('How a delivery is verified, as the workflow says it'),
    })
    .meta({ id: 'Webhook' }),
).meta({ id: 'WebhookPage' });

export const received = z
  .object({ execution_id: z.string().meta({ examples: ['triage.hook-9f86d081…'] }) })
  .meta({ id: 'Received' });

export const refusalReason = z
  .enum([
    'unknown',
    'disabled',
    'no_secret',
    'wrong_signature',
    'too_late',
    'not_utf8',
    'too_large',
    'invalid_json',
  ])
  .describe(
    '`unknown`: no workflow has the webhook; `disabled`: the trigger is off; `no_secret`: the connection is missing or holds none; `wrong_signature`: the signature or token is wrong or was not sent; `too_late`: it is right, and the time of sending too far from now; `not_utf8`: bytes were lost on the way to the function; `too_large`, `invalid_json`: what was sent cannot be an input',
  );
export type RefusalReason = z.output<typeof refusalReason>;

export const refusedDelivery = z
  .object({
    received_at: z.iso.datetime(),
    reason: refusalReason,
    delivery: z
      .string()
      .nullable()
      .describe('The id that a header claims it to have, of at most 80 characters; nobody has verified it'),
  })
  .meta({ id: 'RefusedDelivery' });
export type RefusedDelivery = z.output<typeof refusedDelivery>;

export const refusalsQuery = z.object({ limit: pageLimit(100, 20) });

export const refusalList = z.object({ items: z.array(refusedDelivery) }).meta({ id: 'RefusedDeliveryList' });
