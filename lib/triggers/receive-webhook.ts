// Receives a delivery to a webhook: verifies it and starts one execution of its workflow.
import { randomBytes } from 'node:crypto';
import {
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
  StateMachineDeleting,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { executionId } from '../arns.ts';
import { setting } from '../config.ts';
import { type ConnectionReader, connectionReader } from '../connections/connections.ts';
import { webhookCredentials } from '../connections/credentials.ts';
import { putParameter } from '../connections/systems-manager.ts';
import { ConnectionInvalid, ProviderUnavailable } from '../errors.ts';
import { ApiProblem } from '../problem.ts';
import type { RefusalReason } from '../schemas/hooks.ts';
import { type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import {
  hookConnection,
  hookId,
  isSchedule,
  WEBHOOK_INPUT,
  type Webhook,
  type WebhookTrigger,
} from '../workflow-format/triggers.ts';
import { RefusedDeliveries } from './refused-deliveries.ts';
import { bodyOf, MAX_INPUT_BYTES, tooLarge } from './webhook-body.ts';
import { type Handshake, handshakeOf, TOKEN_RECEIVED, verificationToken } from './webhook-handshake.ts';
import { deliveryId, executionName, webhookInput } from './webhook-input.ts';
import { type Delivery, isGenuine, secondsOf, senderOf, timestampOf } from './webhook-signature.ts';

/** Longer than any answer of SSM should take, and shorter than the HTTP API waits. */
const SECRET_TIMEOUT_MS = 10_000;

const connection = { provider: 'webhook', secrets: webhookCredentials };

export interface ReceiveDependencies {
  readonly store?: WorkflowStore;
  readonly sfn?: Pick<SFNClient, 'send'>;
  readonly connections?: ConnectionReader;
  readonly now?: () => Date;
  /** Powertools' Logger, as far as it is told why a delivery was refused, which the sender is not. */
  readonly log?: { warn(message: string, details: Readonly<Record<string, unknown>>): void };
  readonly refusals?: Pick<RefusedDeliveries, 'record'>;
  /** Keeps a verification token that was sent to the webhook of this id. */
  readonly keepToken?: (id: string, token: string) => Promise<void>;
}

export interface Received {
  /** An earlier attempt of the same delivery may have started it. */
  readonly executionId: string;
  /** The service takes nothing but 200 for an answer, and shows people what else is in it. */
  readonly wantsEmptyAnswer: boolean;
}

/** Why a delivery is not accepted, and what the sender is answered. */
class Refused extends Error {
  override name = 'Refused';
  readonly reason: RefusalReason;
  readonly webhook: Webhook | undefined;
  override readonly cause: ApiProblem;

  constructor(reason: RefusalReason, cause: ApiProblem, webhook?: Webhook) {
    super(reason);
    this.reason = reason;
    this.webhook = webhook;
    this.cause = cause;
  }
}

/**
 * Keeps why a delivery was refused; the same work is done for every address.
 * @param id of a webhook that was checked (lib/schemas/hooks.ts)
 * @returns the execution that was started, or the answer to a handshake, which starts none
 * @throws ApiProblem delivery-refused, delivery-not-utf8, body-too-large, invalid-json, unavailable
 */
export async function receiveWebhook(
  id: string,
  delivery: Delivery,
  dependencies: ReceiveDependencies = {},
): Promise<Received | Handshake> {
  try {
    return await received(id, delivery, dependencies);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { log, refusals = new RefusedDeliveries() } = dependencies;
    const { reason, cause, webhook = UNKNOWN } = error;
    log?.warn('A delivery was refused', { webhook: id, why: explanations[reason] });
    const refusal = { hook: id, reason, delivery: deliveryId(webhook, delivery, undefined) ?? null };
    await refusals.record(refusal).catch((failure: unknown) => {
      log?.warn('That a delivery was refused could not be kept', { webhook: id, error: failure });
    });
    throw cause;
  }
}

/** For the function's log. */
const explanations: Readonly<Record<RefusalReason, string>> = {
  unknown: 'there is no such workflow, or it has no such webhook',
  disabled: 'the webhook is not enabled',
  no_secret: 'its connection does not exist, or holds no secret',
  wrong_signature: 'the signature, or the token, is wrong or was not sent',
  too_late: 'the time of sending is too far from now',
  not_utf8: 'the body held bytes that are not UTF-8, which no signature fits any more',
  too_large: 'it is larger than an input may be',
  invalid_json: 'it is JSON that cannot be kept as it is',
};

/** In place of a webhook that there is not. */
const UNKNOWN: Webhook = { verify: 'github' };

/**
 * A wrong address, a missing secret and a wrong signature are refused with the same answer and after the same work: the
 * workflow and the secret are read and a signature is computed in any case. Nothing is cached between calls, since a
 * cached value would be answered sooner.
 * @throws Refused, ApiProblem unavailable
 */
async function received(
  id: string,
  delivery: Delivery,
  {
    store = workflowStore(),
    sfn = new SFNClient({}),
    connections = connectionReader(),
    now = () => new Date(),
    keepToken = keepVerificationToken,
  }: ReceiveDependencies,
): Promise<Received | Handshake> {
  if (delivery.body.length > MAX_INPUT_BYTES) throw new Refused('too_large', tooLarge(delivery.body.length));
  const [workflowId = ''] = id.split('.');
  const stored = await store.read(workflowId);
  const trigger = stored?.document.workflow.triggers
    ?.filter((one): one is WebhookTrigger => !isSchedule(one))
    .find((one) => hookId(workflowId, one.webhook) === id);
  const webhook: Webhook = trigger?.webhook ?? UNKNOWN;
  const secret = await readSecret(hookConnection(workflowId, webhook), workflowId, connections);
  const key = secret ?? randomBytes(32).toString('hex');
  const isGenuineAt = (seconds: number) => isGenuine(webhook, key, delivery, seconds);
  const genuine = isGenuineAt(Math.floor(now().getTime() / 1000));
  const token = trigger && secret === undefined ? verificationToken(webhook, delivery) : undefined;
  if (token !== undefined) {
    await keepToken(id, token);
    return TOKEN_RECEIVED;
  }
  if (!stored || !trigger || trigger.enabled === false || secret === undefined || !genuine) {
    const isLate = isGenuineAt(secondsOf(timestampOf(webhook, delivery)) ?? Number.NaN);
    const reason = !trigger
      ? 'unknown'
      : trigger.enabled === false
        ? 'disabled'
        : secret === undefined
          ? 'no_secret'
          : isLate
            ? 'too_late'
            : wasReplaced(delivery)
              ? 'not_utf8'
              : 'wrong_signature';
    throw new Refused(reason, wasReplaced(delivery) ? notUtf8() : refused(), webhook);
  }

  const body = readBody(webhook, delivery);
  const handshake = handshakeOf(webhook, secret, delivery, body);
  if (handshake) return handshake;
  const given = webhookInput(webhook, delivery, body);
  const input = JSON.stringify({ ...trigger.input, [WEBHOOK_INPUT]: given });
  if (Buffer.byteLength(input) > MAX_INPUT_BYTES)
    throw new Refused('too_large', tooLarge(Buffer.byteLength(input)), webhook);
  const name = executionName(id, stored.document.created_at, webhook, delivery, body);
  const stateMachineArn = stored.document.state_machine_version_arn;
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  } catch (error) {
    // The workflow was deleted after its document had been read.
    if (error instanceof StateMachineDoesNotExist || error instanceof StateMachineDeleting)
      throw new Refused('unknown', refused());
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  // https://api.slack.com/interactivity/slash-commands#responding_basic_receipt
  return { executionId: executionId(workflowId, name), wantsEmptyAnswer: senderOf(webhook) === 'slack' };
}

/** @throws Refused */
function readBody(webhook: Webhook, delivery: Delivery): unknown {
  try {
    return bodyOf(webhook, delivery);
  } catch (error) {
    if (error instanceof ApiProblem)
      throw new Refused(error.type === 'body-too-large' ? 'too_large' : 'invalid_json', error, webhook);
    throw error;
  }
}

async function readSecret(
  id: string,
  workflowId: string,
  connections: ConnectionReader,
): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(SECRET_TIMEOUT_MS);
    return (await connections.read(connection, id, { signal, workflowId })).secret;
  } catch (error) {
    if (error instanceof ConnectionInvalid) return undefined;
    if (error instanceof ProviderUnavailable) {
      throw new ApiProblem('unavailable', 'A service that this needs is busy or cannot be reached', {
        cause: error,
        headers: { 'retry-after': '1' },
      });
    }
    throw error;
  }
}

/**
 * Keeps a verification token where an admin of the account reads it, and nothing else does: it becomes the webhook's secret
 * when the admin stores it as that, having compared it at Notion. Anybody could have sent it.
 */
async function keepVerificationToken(id: string, token: string): Promise<void> {
  const parameter = `${setting('CONNECTION_TOKENS_PATH')}/webhook/${id}`;
  await putParameter(parameter, token, true, AbortSignal.timeout(SECRET_TIMEOUT_MS)).catch(
    (cause: unknown) => {
      throw new ApiProblem('unavailable', 'A service that this needs is busy or cannot be reached', {
        cause,
      });
    },
  );
}

function refused(): ApiProblem {
  return new ApiProblem('delivery-refused', 'The delivery was not accepted');
}

/**
 * API Gateway passes on bodies of some media types as a text, and what is no UTF-8 in it as U+FFFD. Whether a delivery
 * that was refused holds that character says nothing of the secret.
 */
function wasReplaced({ body, isText }: Delivery): boolean {
  return isText === true && body.includes('\u{fffd}');
}

function notUtf8(): ApiProblem {
  return new ApiProblem(
    'delivery-not-utf8',
    'The body holds bytes that are not UTF-8, or U+FFFD in their place; what was signed cannot be compared',
  );
}
