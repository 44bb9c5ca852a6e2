// The input that a delivery becomes, and the name of its execution, by which repeated deliveries are recognised.
import { createHash } from 'node:crypto';
import { jsonValue } from '../json.ts';
import { SECRET_HEADERS, type Webhook } from '../workflow-format/triggers.ts';
import { type Delivery, timestampOf } from './webhook-signature.ts';

export interface WebhookInput {
  /** The sender's id of the delivery; null when it sends none. */
  readonly delivery: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function webhookInput(webhook: Webhook, delivery: Delivery): WebhookInput {
  return {
    delivery: deliveryId(webhook, delivery) ?? null,
    headers: Object.fromEntries(
      Object.entries(delivery.headers).flatMap(([name, value]) =>
        value !== undefined && isForwarded(name, webhook) ? [[name, value]] : [],
      ),
    ),
    body: bodyOf(delivery),
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
): string {
  const hash = createHash('sha256').update(`${hookId}\n${createdAt}\n`);
  const id = deliveryId(webhook, delivery);
  if (id !== undefined) hash.update(`id\n${id}`);
  else hash.update(`body\n${timestampOf(webhook, delivery) ?? ''}\n`).update(delivery.body);
  return `hook-${hash.digest('hex')}`;
}

function deliveryId(webhook: Webhook, { headers }: Delivery): string | undefined {
  const name = webhook.verify === 'github' ? 'x-github-delivery' : webhook.delivery_header;
  return (name !== undefined && headers[name.toLowerCase()]) || undefined;
}

function isForwarded(name: string, webhook: Webhook): boolean {
  if (SECRET_HEADERS.includes(name)) return false;
  if (webhook.verify !== 'github' && name === webhook.header?.toLowerCase()) return false;
  const isListed = webhook.headers?.some((header) => header.toLowerCase() === name) ?? false;
  return isListed || name === 'content-type' || name === 'user-agent' || name.startsWith('x-github-');
}

function bodyOf({ headers, body }: Delivery): unknown {
  const text = body.toString('utf8');
  const [type = ''] = (headers['content-type'] ?? 'application/json').split(';');
  if (!/^application\/([\w.-]+\+)?json$/i.test(type.trim())) return text;
  const value = jsonValue(text);
  return value === undefined ? text : value;
}
