// What is known before a run of the input that a webhook's delivery becomes (lib/triggers/webhook-input.ts).
import { isSchedule, type Trigger } from '../../workflow-format/triggers.ts';
import { type Known, nullable, scalar, type Type, unknown } from './types.ts';

/**
 * Of those that begin with x-github-, all of which a run is given: https://docs.github.com/webhooks/webhook-events-and-payloads,
 * "Delivery headers", and of GitHub Enterprise Server. Others are named in the webhook's `headers`.
 */
const ALWAYS = [
  'content-type',
  'user-agent',
  'x-github-event',
  'x-github-delivery',
  'x-github-hook-id',
  'x-github-hook-installation-target-id',
  'x-github-hook-installation-target-type',
  'x-github-enterprise-host',
  'x-github-enterprise-version',
];

/** Undefined where no webhook starts the workflow. */
export function webhookInputType(triggers: readonly Trigger[]): Type | undefined {
  const webhooks = triggers.flatMap((trigger) => (isSchedule(trigger) ? [] : [trigger.webhook]));
  if (webhooks.length === 0) return undefined;
  const listed = webhooks.flatMap(({ headers = [] }) => headers.map((header) => header.toLowerCase()));
  const names = [...ALWAYS, ...listed];
  const sent: Known = { type: scalar('string'), certain: false };
  // A webhook of this kind is told by its id; the others need not be.
  const hasId = webhooks.every(({ verify }) => verify === 'standard_webhooks');
  return objectOf({
    body: { type: unknown, certain: true },
    headers: { type: objectOf(Object.fromEntries(names.map((name) => [name, sent]))), certain: true },
    delivery: { type: hasId ? scalar('string') : nullable(scalar('string')), certain: true },
  });
}

function objectOf(fields: Readonly<Record<string, Known>>): Type {
  return { kind: 'object', fields: new Map(Object.entries(fields)), open: false };
}
