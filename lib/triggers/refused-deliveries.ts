// Deliveries that were refused, for whoever wonders why nothing started: empty objects in the logs bucket whose keys say
// all that is kept of one. The stack deletes them after two weeks.
import { createHash, randomBytes } from 'node:crypto';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { withoutSecrets } from '../actions/invocation/without-secrets.ts';
import { setting } from '../config.ts';
import { jsonValue } from '../json.ts';
import { timeOfPosition, timePosition } from '../newest-first.ts';
import { type RefusedDelivery, refusalReason } from '../schemas/hooks.ts';

/**
 * Webhooks share these groups. Anybody may send to any address, so that what is kept is bounded for all of them together,
 * and by the address alone: if only those that exist had a record, the time of the answer would tell which exist.
 */
const GROUPS = 16;
/** How many of a group are kept in a minute; the further ones are in the function's log only. */
export const MOST_A_MINUTE = 10;
const MINUTE_MS = 60_000;
/** As the rule of the logs bucket says (infrastructure/stack/storage.yml). */
export const KEPT_DAYS = 14;
/** A sender waits. */
const TIMEOUT_MS = 5000;
/** An id that is cut would be another one: a longer one is left out, as is one that looks like a secret. */
const MAX_DELIVERY = 80;

const written = z.tuple([z.string(), refusalReason, z.string().nullable()]);

export interface Refusal extends Pick<RefusedDelivery, 'reason' | 'delivery'> {
  readonly hook: string;
}

interface Dependencies {
  readonly s3?: Pick<S3Client, 'send'>;
  readonly bucket?: string;
  readonly now?: () => Date;
}

export class RefusedDeliveries {
  readonly #s3: Pick<S3Client, 'send'>;
  readonly #bucket: string;
  readonly #now: () => Date;
  /** Until when a group takes no more, as far as this container knows. */
  readonly #fullUntil = new Map<string, number>();

  constructor({
    s3 = new S3Client({}),
    bucket = setting('LOGS_BUCKET'),
    now = () => new Date(),
  }: Dependencies = {}) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#now = now;
  }

  /** Keeps what is told of a delivery, unless its group is full. */
  async record({ hook, reason, delivery }: Refusal): Promise<void> {
    const now = this.#now().getTime();
    const group = groupOf(hook);
    if (now < (this.#fullUntil.get(group) ?? 0)) return;
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
    const latest = await this.#files(group, MOST_A_MINUTE, abortSignal);
    const free = timeOf(latest[MOST_A_MINUTE - 1] ?? '') + MINUTE_MS;
    if (now < free) {
      this.#fullUntil.set(group, free);
      return;
    }
    const isKept =
      delivery !== null && delivery.length <= MAX_DELIVERY && withoutSecrets(delivery) === delivery;
    const text = JSON.stringify([hook, reason, isKept ? delivery : null] satisfies z.input<typeof written>);
    const file = `${timePosition(now)}-${randomBytes(4).toString('hex')}~${Buffer.from(text).toString('base64url')}`;
    const object = { Bucket: this.#bucket, Key: group + file, Body: '', ContentLength: 0 };
    await this.#s3.send(new PutObjectCommand(object), { abortSignal });
  }

  /** The latest of one webhook, of the latest thousand of its group. */
  async latest(hook: string, count: number): Promise<RefusedDelivery[]> {
    const since = this.#now().getTime() - KEPT_DAYS * 24 * 60 * MINUTE_MS;
    const files = await this.#files(groupOf(hook), 1000);
    return files
      .flatMap((file): RefusedDelivery[] => {
        const [, text = ''] = file.split('~');
        const parsed = written.safeParse(jsonValue(Buffer.from(text, 'base64url').toString()));
        if (!parsed.success || parsed.data[0] !== hook || timeOf(file) < since) return [];
        const [, reason, delivery] = parsed.data;
        return [{ received_at: new Date(timeOf(file)).toISOString(), reason, delivery }];
      })
      .slice(0, count);
  }

  /** Keys of a group without it, the latest first. */
  async #files(group: string, count: number, abortSignal?: AbortSignal): Promise<readonly string[]> {
    const { Contents = [] } = await this.#s3.send(
      new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: group, MaxKeys: count }),
      abortSignal && { abortSignal },
    );
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key.slice(group.length)]));
  }
}

function groupOf(hook: string): string {
  const [byte = 0] = createHash('sha256').update(hook).digest();
  return `deliveries/${(byte % GROUPS).toString(16)}/`;
}

/** Milliseconds since 1970; long ago where there is no file. */
function timeOf(file: string): number {
  return file === '' ? 0 : timeOfPosition(file.slice(0, 13));
}
