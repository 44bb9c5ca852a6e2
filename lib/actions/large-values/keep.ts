// Takes the large texts of an output to S3, and leaves references to them.
import type * as z from 'zod';
import { cutText, jsonBytes, MAX_INLINE_BYTES } from '../invocation/output-size.ts';
import { isBytes, type LargeValueReference, largeValueId } from './reference.ts';
import type { LargeValueStore } from './store.ts';

const PREVIEW_BYTES = 2000;
/** Nobody reads base64; it tells one file from another. */
const BYTES_PREVIEW_BYTES = 100;

type Output = Record<string, unknown>;

export interface KeepOptions {
  readonly schema: z.ZodObject;
  readonly owner: string;
  readonly store: LargeValueStore;
  readonly signal: AbortSignal;
}

/**
 * Of an output that has more than MAX_INLINE_BYTES as JSON, the longest texts. Lists and objects stay: a workflow reaches
 * into them, and the actions that give lists end them where they become too long.
 * @throws ProviderUnavailable when S3 does not keep them
 */
export async function keepLargeTexts(
  output: Output,
  { schema, owner, store, signal }: KeepOptions,
): Promise<Output> {
  let over = jsonBytes(output) - MAX_INLINE_BYTES;
  if (over <= 0) return output;
  const texts = Object.entries(output)
    .flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value, bytes: jsonBytes(value) }] : []))
    .filter(({ bytes }) => bytes > 2 * PREVIEW_BYTES)
    .sort((a, b) => b.bytes - a.bytes);
  const kept: Output = { ...output };
  for (const { name, value, bytes } of texts) {
    if (over <= 0) break;
    const encoding: unknown = schema.shape[name]?.meta()?.['contentEncoding'];
    const content = Buffer.from(value, encoding === 'base64' ? 'base64' : 'utf8');
    const id = largeValueId(owner, content, encoding === 'base64');
    const content_type = contentTypeOf(id, output);
    await store.write(id, content, content_type, signal);
    const reference: LargeValueReference = {
      large_value: id,
      size_bytes: content.length,
      content_type,
      preview: cutText(value, encoding === 'base64' ? BYTES_PREVIEW_BYTES : PREVIEW_BYTES),
    };
    kept[name] = reference;
    over -= bytes - jsonBytes(reference);
  }
  return kept;
}

/** A file's output names its type beside it. */
function contentTypeOf(id: string, { content_type }: Output): string {
  if (!isBytes(id)) return 'text/plain; charset=utf-8';
  return typeof content_type === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(content_type)
    ? content_type
    : 'application/octet-stream';
}
