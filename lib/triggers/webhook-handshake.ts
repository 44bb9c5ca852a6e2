// What services ask of an address before they send deliveries to it. The answer starts no run.
import { createHmac } from 'node:crypto';
import { jsonValue } from '../json.ts';
import type { Webhook } from '../workflow-format/triggers.ts';
import { fieldOf } from './webhook-body.ts';
import { type Delivery, senderOf } from './webhook-signature.ts';

export interface Handshake {
  readonly contentType: 'text/plain; charset=utf-8' | 'application/json';
  readonly text: string;
}

/**
 * The answer to a handshake; undefined when the delivery is none.
 * @param delivery whose signature was checked
 */
export function handshakeOf(
  webhook: Webhook,
  secret: string,
  { headers }: Delivery,
  body: unknown,
): Handshake | undefined {
  switch (senderOf(webhook)) {
    case 'github':
      // https://docs.github.com/webhooks/webhook-events-and-payloads#ping
      return headers['x-github-event'] === 'ping' ? plain('pong') : undefined;
    case 'slack': {
      // https://api.slack.com/events/url_verification
      const challenge = fieldOf(body, 'challenge');
      return fieldOf(body, 'type') === 'url_verification' && challenge !== undefined
        ? plain(challenge)
        : undefined;
    }
    case 'zoom': {
      // https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
      const plainToken = fieldOf(body, 'payload.plainToken');
      if (fieldOf(body, 'event') !== 'endpoint.url_validation' || plainToken === undefined) return undefined;
      const encryptedToken = createHmac('sha256', secret).update(plainToken).digest('hex');
      return { contentType: 'application/json', text: JSON.stringify({ plainToken, encryptedToken }) };
    }
    default:
      return undefined;
  }
}

/**
 * The token that Notion sends to a new address, before anything that it signs with it
 * (https://developers.notion.com/reference/webhooks, "Verify the subscription").
 * @returns undefined for any other delivery
 */
export function verificationToken(webhook: Webhook, { headers, body }: Delivery): string | undefined {
  if (senderOf(webhook) !== 'notion' || headers['x-notion-signature'] !== undefined) return undefined;
  const token = fieldOf(jsonValue(body.toString()), 'verification_token');
  return token !== undefined && /^[\w-]{16,256}$/.test(token) ? token : undefined;
}

/** What is answered to it, also where it could not be kept: Notion sends it again when a person asks for it. */
export const TOKEN_RECEIVED: Handshake = { contentType: 'text/plain; charset=utf-8', text: '' };

function plain(text: string): Handshake {
  return { contentType: 'text/plain; charset=utf-8', text };
}
