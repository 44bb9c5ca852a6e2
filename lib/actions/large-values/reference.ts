// References to large values: what stands in a run for a text that a state of Step Functions could not hold.
import { createHash } from 'node:crypto';
import { isObject } from '../../json.ts';
import type { ActionEvent } from '../invocation/action-event.ts';

/** Stands in an output for one of its texts, which is in S3. */
export interface LargeValueReference {
  /** `<owner>/<SHA-256 of the content>`, with `.base64` for bytes: where in S3 it is, which no other input can name. */
  readonly large_value: string;
  /** Of the text, or of the bytes. */
  readonly size_bytes: number;
  readonly content_type: string;
  /** The beginning of the text; of bytes, of their base64. */
  readonly preview: string;
}

/** A name in S3 that no other bucket, folder or kind of object can have. */
export const LARGE_VALUE_ID = /^[0-9a-f]{32}\/[0-9a-f]{64}(?:\.base64)?$/;

/** Where large values are in the bucket named by LOGS_BUCKET. */
export const LARGE_VALUES_FOLDER = 'values';

/** @param id that LARGE_VALUE_ID matches */
export function largeValueKey(id: string): string {
  return `${LARGE_VALUES_FOLDER}/${id}`;
}

/** @returns the id; undefined for any other value */
export function referredTo(value: unknown): string | undefined {
  const id = isObject(value) ? value['large_value'] : undefined;
  return typeof id === 'string' && LARGE_VALUE_ID.test(id) ? id : undefined;
}

export function isBytes(id: string): boolean {
  return id.endsWith('.base64');
}

/** What an id says of its content. */
export function contentHash(id: string): string {
  return id.slice(33, 97);
}

type Execution = ActionEvent['execution'];

/**
 * Whose large values a call reads and gives. A run, its reruns, and the runs of workflows that they start have the same owner,
 * so that each finds what another has handed to it.
 */
export function ownerOf({ id, values_of }: Pick<Execution, 'id' | 'values_of'>): string {
  return createHash('sha256')
    .update(values_of ?? id)
    .digest('hex')
    .slice(0, 32);
}

/**
 * The id of a content. Whoever does not know the content cannot name it: what a mail, a model or the sender of a webhook
 * writes never leads to a value that they have not seen.
 */
export function largeValueId(owner: string, content: Uint8Array, bytes: boolean): string {
  const hash = createHash('sha256').update(content).digest('hex');
  return `${owner}/${hash}${bytes ? '.base64' : ''}`;
}
