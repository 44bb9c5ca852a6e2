// JSON documents in S3, one object for each id, written only under a condition on their ETag.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { inOrderOf } from '../key-order.ts';

export interface Stored<Document> {
  readonly id: string;
  readonly document: Document;
  /** With its quotation marks, as in HTTP. */
  readonly etag: string;
  readonly lastModified: Date;
  /** S3 user metadata: names in lower case, values of ASCII. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What must hold for a write to happen. */
export type Condition = { readonly absent: true } | { readonly etag: string };

export interface DocumentStore<Document> {
  /** The document, or undefined when there is none. */
  read(id: string): Promise<Stored<Document> | undefined>;
  /**
   * Writes the document when the condition holds at that moment.
   * @returns the new ETag, or undefined when the condition did not hold and nothing was written
   */
  write(
    id: string,
    document: Document,
    condition: Condition,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<string | undefined>;
  /** @returns false when the document no longer had that ETag and was left alone */
  delete(id: string, etag: string): Promise<boolean>;
  /** Ids in the order of their keys; `next` is the `after` of the next page, undefined at the end. */
  ids(page: {
    readonly limit: number;
    readonly after?: string | undefined;
    /** Only ids that begin with this. */
    readonly startingWith?: string;
  }): Promise<{
    readonly ids: readonly string[];
    readonly next: string | undefined;
  }>;
}

/**
 * The documents `<folder>/<id>.json` of a bucket.
 * @param schema validates what is read: someone with access to the bucket may have written something else
 */
export function documentStore<Schema extends z.ZodType>(
  { bucket, folder, schema }: { readonly bucket: string; readonly folder: string; readonly schema: Schema },
  client: Pick<S3Client, 'send'> = new S3Client({}),
): DocumentStore<z.output<Schema>> {
  const keyOf = (id: string) => `${folder}/${id}.json`;
  const idOf = (key: string) => key.slice(folder.length + 1, -'.json'.length);
  const parsed = new ParsedTexts((text) => {
    const written: unknown = JSON.parse(text);
    return inOrderOf(written, schema.parse(written));
  });

  return {
    async read(id) {
      try {
        const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(id) }));
        const text = (await object.Body?.transformToString()) ?? '';
        return {
          id,
          document: parsed.valueOf(id, text),
          etag: object.ETag ?? '',
          lastModified: object.LastModified ?? new Date(0),
          metadata: object.Metadata ?? {},
        };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async write(id, document, condition, metadata = {}) {
      try {
        const { ETag } = await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: keyOf(id),
            Body: JSON.stringify(document, null, 2),
            ContentType: 'application/json',
            Metadata: metadata,
            ...('etag' in condition ? { IfMatch: condition.etag } : { IfNoneMatch: '*' }),
          }),
        );
        return ETag ?? '';
      } catch (error) {
        if (conditionFailed(error)) return undefined;
        throw error;
      }
    },

    async delete(id, etag) {
      try {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(id), IfMatch: etag }));
        return true;
      } catch (error) {
        if (conditionFailed(error)) return false;
        throw error;
      }
    },

    async ids({ limit, after, startingWith = '' }) {
      const list = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${folder}/${startingWith}`,
          MaxKeys: limit,
          ...(after !== undefined && { StartAfter: keyOf(after) }),
        }),
      );
      const keys = (list.Contents ?? []).map((object) => object.Key ?? '');
      const last = keys.at(-1);
      return {
        ids: keys.filter((key) => key.endsWith('.json')).map(idOf),
        next: list.IsTruncated && last !== undefined ? idOf(last) : undefined,
      };
    },
  };
}

/** How many documents a store keeps parsed. */
const MAX_PARSED = 100;

/**
 * Every read goes to S3; a text that has not changed since the last read of its id is not parsed and validated again.
 * A cached value is shared by its readers, and therefore frozen.
 */
class ParsedTexts<Value> {
  readonly #parse: (text: string) => Value;
  readonly #known = new Map<string, { readonly text: string; readonly value: Value }>();

  constructor(parse: (text: string) => Value) {
    this.#parse = parse;
  }

  valueOf(id: string, text: string): Value {
    const known = this.#known.get(id);
    const value = known?.text === text ? known.value : deepFreeze(this.#parse(text));
    // A Map keeps the order of insertion: the most recently used comes last.
    this.#known.delete(id);
    this.#known.set(id, { text, value });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_PARSED && oldest !== undefined) this.#known.delete(oldest);
    return value;
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

/**
 * 412: the condition was false. 409 ConditionalRequestConflict: another write was under way at the same time
 * and S3 let that one win. 404 to a write with If-Match: the document does not exist any more.
 */
function conditionFailed(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    [404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0) &&
    error.name !== 'NoSuchBucket'
  );
}
