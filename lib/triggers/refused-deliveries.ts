// Deliveries that were refused, for whoever wonders why nothing started: empty objects in the logs bucket whose keys say
// all that is kept of one. The stack deletes them after two weeks.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { ListObjectsV2Command, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
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
/**
 * How many of a group are kept in a minute; the further ones are in the function's log only. Whoever keeps one takes a
 * place first: an object that S3 lets be written once, whoever else sends at that moment.
 */
export const MOST_A_MINUTE = 10;
const MINUTE_MS = 60_000;
/** As the rule of the logs bucket says (infrastructure/stack/storage.yml). */
export const KEPT_DAYS = 14;
/** A sender waits. */
const TIMEOUT_MS = 5000;
/** An id that is cut would be another one: a longer one is left out, as is one that looks like a secret. */
const MAX_DELIVERY = 80;

const FOLDER = 'deliveries/';
/** `deliveries/places/<group>/<minute>/<place>`: deleted by the same rule. */
const PLACES = `${FOLDER}places/`;
const ALL_PLACES = Array.from({ length: MOST_A_MINUTE }, (_, place) => String(place));

interface Taken {
  /** Since 1970. */
  readonly minute: number;
  readonly places: Set<string>;
}

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
  /** The places of each group's minute that are taken, as far as this container knows. */
  readonly #taken = new Map<string, Taken>();

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
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
    if (!(await this.#takesPlace(group, Math.floor(now / MINUTE_MS), abortSignal))) return;
    const isKept =
      delivery !== null && delivery.length <= MAX_DELIVERY && withoutSecrets(delivery) === delivery;
    const text = JSON.stringify([hook, reason, isKept ? delivery : null] satisfies z.input<typeof written>);
    const file = `${timePosition(now)}-${randomBytes(4).toString('hex')}~${Buffer.from(text).toString('base64url')}`;
    await this.#put(FOLDER + group + file, abortSignal);
  }

  /** Takes a free place of the minute. @returns false when there is none */
  async #takesPlace(group: string, minute: number, abortSignal: AbortSignal): Promise<boolean> {
    const known = this.#taken.get(group);
    const places = known?.minute === minute ? known.places : new Set<string>();
    this.#taken.set(group, { minute, places });
    const folder = `${PLACES}${group}${minute}/`;
    while (places.size < MOST_A_MINUTE) {
      const free = ALL_PLACES.filter((place) => !places.has(place));
      const place = free[randomInt(free.length)] ?? '';
      // At once for this container, so that what it does at the same time tries another one.
      places.add(place);
      if (await this.#put(folder + place, abortSignal, { IfNoneMatch: '*' })) return true;
      for (const other of await this.#files(folder, MOST_A_MINUTE, abortSignal)) places.add(other);
    }
    return false;
  }

  /** @returns false when the condition was not true */
  async #put(Key: string, abortSignal: AbortSignal, condition: { IfNoneMatch?: '*' } = {}): Promise<boolean> {
    const object = { Bucket: this.#bucket, Key, Body: '', ContentLength: 0, ...condition };
    try {
      await this.#s3.send(new PutObjectCommand(object), { abortSignal });
      return true;
    } catch (error) {
      // 409 ConditionalRequestConflict: another one is being written (S3 user guide, "Conditional writes").
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status !== 412 && status !== 409) throw error;
      return false;
    }
  }

  /** The latest of one webhook, of the latest thousand of its group. */
  async latest(hook: string, count: number): Promise<RefusedDelivery[]> {
    const since = this.#now().getTime() - KEPT_DAYS * 24 * 60 * MINUTE_MS;
    const files = await this.#files(FOLDER + groupOf(hook), 1000);
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

  /** Keys of a folder without it, in their order. */
  async #files(folder: string, count: number, abortSignal?: AbortSignal): Promise<readonly string[]> {
    const { Contents = [] } = await this.#s3.send(
      new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: folder, MaxKeys: count }),
      abortSignal && { abortSignal },
    );
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key.slice(folder.length)]));
  }
}

function groupOf(hook: string): string {
  const [byte = 0] = createHash('sha256').update(hook).digest();
  return `${(byte % GROUPS).toString(16)}/`;
}

/** Milliseconds since 1970. */
const timeOf = (file: string): number => timeOfPosition(file.slice(0, 13));
