// Schemas of webhooks.
import * as z from 'zod';
import { webhook } from '../workflow-format/triggers.ts';
import { pageOf, workflowId } from './common.ts';

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
      webhook: webhook.describe('How a delivery is verified, as the workflow says it'),
    })
    .meta({ id: 'Webhook' }),
).meta({ id: 'WebhookPage' });

export const received = z
  .object({ execution_id: z.string().meta({ examples: ['triage.hook-9f86d081…'] }) })
  .meta({ id: 'Received' });
