// Webhooks that would refuse every delivery, or accept what nobody signed: what is wrong with how they verify.
import { closest } from '../../did-you-mean.ts';
import { pointerTo } from '../../json-pointer.ts';
import { type HmacWebhook, SECRET_HEADERS, type Webhook } from '../../workflow-format/triggers.ts';
import type { Report } from '../problems/problem.ts';
import { shown } from '../problems/suggestions.ts';

const PLACEHOLDERS = ['body', 'timestamp'];
const STANDARD =
  'For webhook-id, webhook-timestamp and webhook-signature write {"verify": "standard_webhooks"}.';

/** @param pointer of the webhook */
export function checkVerification(webhook: Webhook, pointer: string, report: Report): void {
  const invalid = (path: (string | number)[], message: string, hint?: string) =>
    report({
      code: 'invalid-value',
      pointer: pointerTo(pointer, ...path),
      message,
      ...(hint !== undefined && { hint }),
    });
  const secretHeaders = secretHeadersOf(webhook);
  webhook.headers?.forEach((name, index) => {
    if (secretHeaders.includes(name.toLowerCase()))
      invalid(['headers', index], `${name} proves who the sender is, and is never passed to a run`);
  });
  if (webhook.verify !== 'hmac' && webhook.verify !== 'token') return;
  const { delivery_header, delivery_field } = webhook;
  if (delivery_header !== undefined && secretHeaders.includes(delivery_header.toLowerCase()))
    invalid(
      ['delivery_header'],
      `${delivery_header} proves who the sender is, and is never passed to a run`,
      'Name the header of the delivery’s id, or leave it out.',
    );
  if (delivery_header !== undefined && delivery_field !== undefined)
    invalid(['delivery_field'], 'A delivery has its id in delivery_header or in delivery_field, not in both');
  if (webhook.verify === 'hmac') checkHmac(webhook, invalid);
}

/** In lower case. */
function secretHeadersOf(webhook: Webhook): readonly string[] {
  const own = 'header' in webhook && webhook.header !== undefined ? [webhook.header.toLowerCase()] : [];
  return [...SECRET_HEADERS, ...own];
}

type Invalid = (path: (string | number)[], message: string, hint?: string) => void;

function checkHmac({ header, prefix, timestamp, signed }: HmacWebhook, invalid: Invalid): void {
  checkPrefix(prefix, ['prefix'], invalid);
  checkPrefix(timestamp?.prefix, ['timestamp', 'prefix'], invalid);
  if (timestamp?.header.toLowerCase() === header.toLowerCase() && !(prefix && timestamp.prefix))
    invalid(
      ['timestamp', 'header'],
      `${header} has the signature and the time, and nothing tells one from the other`,
      'Give both a prefix: "prefix": "v1=", "timestamp": {"header": "…", "prefix": "t="}.',
    );
  if (signed !== undefined) checkSigned(signed, timestamp !== undefined, invalid);
}

/** A header is read as items that are separated by commas, without the blanks around them. */
function checkPrefix(prefix: string | undefined, path: string[], invalid: Invalid): void {
  if (prefix === undefined) return;
  if (prefix.includes(','))
    invalid(
      path,
      `No signature can begin with ${shown(prefix)}: commas separate the items of a header`,
      STANDARD,
    );
  else if (prefix.trimStart() !== prefix)
    invalid(path, `Nothing can begin with ${shown(prefix)}: blanks before an item of a header do not count`);
}

function checkSigned(signed: string, hasTime: boolean, invalid: Invalid): void {
  const at = ['signed'];
  const names = [...signed.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const unknown = names.find((name) => !PLACEHOLDERS.includes(name));
  const placeholders = 'What is signed is made of {body} and {timestamp}.';
  if (unknown !== undefined || /[{}]/.test(signed.replaceAll(/\{[^{}]*\}/g, ''))) {
    const meant = unknown === undefined ? undefined : closest(unknown.trim().toLowerCase(), PLACEHOLDERS);
    invalid(
      at,
      unknown === undefined
        ? `${shown(signed)} has a brace that belongs to no placeholder`
        : `There is no placeholder ${shown(`{${unknown}}`)}`,
      meant === undefined
        ? `${placeholders}${unknown === 'id' ? ` ${STANDARD}` : ''}`
        : `Did you mean {${meant}}? ${placeholders}`,
    );
  } else if (!names.includes('body')) {
    invalid(at, 'Without {body} in it, the signature of one delivery would fit any other', placeholders);
  } else if (names.includes('timestamp') && !hasTime) {
    invalid(
      at,
      'Nothing says which header {timestamp} is in',
      'Add "timestamp": {"header": "…"}, or take it out of what is signed.',
    );
  } else if (hasTime && !names.includes('timestamp')) {
    invalid(
      at,
      'The time is not part of what is signed: whoever sends a delivery again could write a new one',
      'Put {timestamp} into it as the sender does, or leave out "timestamp".',
    );
  }
}
