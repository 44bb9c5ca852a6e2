// The input that a delivery becomes, and the name of its execution, by which repeated deliveries are recognised.
import { createHash } from 'node:crypto';
import { SECRET_HEADERS, type Webhook } from '../workflow-format/triggers.ts';
import { fieldOf } from './webhook-body.ts';
import { type Delivery, senderOf, standardId, timestampOf } from './webhook-signature.ts';

export interface WebhookInput {
  /** The sender's id of the delivery; null when it sends none. */
  readonly delivery: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** @param body what bodyOf makes of the delivery's */
export function webhookInput(webhook: Webhook, delivery: Delivery, body: unknown): WebhookInput {
  return {
    delivery: deliveryId(webhook, delivery, body) ?? null,
    headers: Object.fromEntries(
      Object.entries(delivery.headers).flatMap(([name, value]) =>
        value !== undefined && isForwarded(name, webhook) ? [[name, value]] : [],
      ),
    ),
    body,
  };
}

/**
 * The name of the execution that a delivery starts: Step Functions runs a name once.
 * Without an id from the sender, deliveries of the same body and time are the same.
 * @param createdAt tells a workflow from an earlier one of its id, whose names Step Functions keeps for 90 days
 */
export function executionName(
  hookId: string,
  createdAt: string,
  webhook: Webhook,
  delivery: Delivery,
  body: unknown,
): string {
  const hash = createHash('sha256').update(`${hookId}\n${createdAt}\n`);
  const id = deliveryId(webhook, delivery, body);
  if (id !== undefined) hash.update(`id\n${id}`);
  else hash.update(`body\n${timestampOf(webhook, delivery) ?? ''}\n`).update(delivery.body);
  return `hook-${hash.digest('hex')}`;
}

/**
 * What a sender gives a delivery and each repetition of it.
 * @param body undefined looks into the headers alone
 */
export function deliveryId(webhook: Webhook, delivery: Delivery, body: unknown): string | undefined {
  const { headers } = delivery;
  if ('delivery_field' in webhook && webhook.delivery_field !== undefined)
    return fieldOf(body, webhook.delivery_field);
  if ('delivery_header' in webhook && webhook.delivery_header !== undefined)
    return headers[webhook.delivery_header.toLowerCase()] || undefined;
  switch (senderOf(webhook)) {
    case 'github':
      return headers['x-github-delivery'] || undefined;
    case 'notion':
      // The event's, the same in each try, unlike attempt_number (https://developers.notion.com/reference/webhooks-events-delivery).
      return fieldOf(body, 'id');
    case 'slack':
      // The same in each try (https://api.slack.com/apis/events-api#retries); commands and buttons have none.
      return fieldOf(body, 'event_id');
    case 'stripe':
      // https://docs.stripe.com/webhooks#handle-duplicate-events
      return fieldOf(body, 'id');
    case 'standard_webhooks':
      return standardId(delivery);
    default:
      return undefined;
  }
}

function isForwarded(name: string, webhook: Webhook): boolean {
  if (SECRET_HEADERS.includes(name)) return false;
  if ('header' in webhook && name === webhook.header?.toLowerCase()) return false;
  const isListed = webhook.headers?.some((header) => header.toLowerCase() === name) ?? false;
  return isListed || name === 'content-type' || name === 'user-agent' || name.startsWith('x-github-');
}
