// Webhooks among the triggers: how a delivery is verified, their addresses, and the input that takes the delivery.
import { isObject } from '../../json.ts';
import { pointerTo } from '../../json-pointer.ts';
import {
  hookId,
  triggerKinds,
  WEBHOOK_INPUT,
  type WebhookTrigger,
  webhookKinds,
} from '../../workflow-format/triggers.ts';
import type { Report } from '../problems/problem.ts';
import { shown } from '../problems/suggestions.ts';
import { parseSound } from './sound-parts.ts';
import type { Head } from './trigger-input.ts';
import { checkVerification } from './webhook-signature.ts';
import { typeName } from './zod-issues.ts';

export function parseWebhook(
  raw: Record<string, unknown>,
  pointer: string,
  report: Report,
): WebhookTrigger | undefined {
  const at = pointerTo(pointer, 'webhook');
  const { webhook: rawWebhook, ...rawRest } = raw;
  const restSchema = triggerKinds.webhook.omit({ webhook: true });
  const rest = parseSound(restSchema, rawRest, pointer, report, [
    'webhook',
    ...Object.keys(restSchema.shape),
  ]);
  if (!isObject(rawWebhook)) {
    report({
      code: 'wrong-type',
      pointer: at,
      message: `webhook must be an object, not ${typeName(rawWebhook)}`,
      hint: 'It looks like {"verify": "github"}.',
    });
    return undefined;
  }
  const { verify } = rawWebhook;
  if (!isVerification(verify)) {
    reportVerification(verify, at, report);
    return undefined;
  }
  const webhook = parseSound(webhookKinds[verify], rawWebhook, at, report);
  return webhook && { ...rest, webhook };
}

function isVerification(verify: unknown): verify is keyof typeof webhookKinds {
  return typeof verify === 'string' && Object.hasOwn(webhookKinds, verify);
}

/** Without a way to verify, anyone could start the workflow: there is no default. */
function reportVerification(verify: unknown, webhook: string, report: Report): void {
  const kinds = Object.keys(webhookKinds).map((kind) => JSON.stringify(kind));
  const hint = `Possible values: ${kinds.join(', ')}.`;
  if (verify === undefined)
    report({ code: 'missing-key', pointer: webhook, message: '"verify" is missing here', hint });
  else {
    const pointer = pointerTo(webhook, 'verify');
    report({ code: 'invalid-value', pointer, message: `verify cannot be ${shown(verify)}`, hint });
  }
}

export function checkWebhook(
  { webhook }: WebhookTrigger,
  hooks: Map<string, string>,
  pointer: string,
  { id = 'workflow', inputs }: Head,
  report: Report,
): void {
  const hook = hookId(id, webhook);
  const before = hooks.get(hook);
  if (before !== undefined) {
    report({
      code: 'duplicate-webhook',
      pointer: pointerTo(pointer, 'webhook'),
      message: `Two webhooks have the address /hooks/${hook}`,
      hint: `The other one is at ${before}. Give one of them another "name".`,
    });
  }
  hooks.set(hook, pointer);
  checkVerification(webhook, pointerTo(pointer, 'webhook'), report);
  const declared = inputs?.[WEBHOOK_INPUT];
  if (declared && (declared.type === undefined || declared.type === 'object')) return;
  const at = pointerTo('/inputs', WEBHOOK_INPUT);
  report({
    code: 'trigger-input',
    pointer,
    message: `A webhook passes its delivery as the input ${WEBHOOK_INPUT}, which the workflow ${declared ? `declares as ${declared.type}` : 'does not declare'}`,
    hint: `Declare it: "inputs": {"${WEBHOOK_INPUT}": {"type": "object"}}; steps read {{ inputs.${WEBHOOK_INPUT}.body }}.`,
    fix: declared
      ? { replaces: 'value', pointer: pointerTo(at, 'type'), with: 'object' }
      : { adds: at, value: { type: 'object' } },
  });
}
