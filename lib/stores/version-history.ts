// The versions of a document, made of the objects that S3 keeps of it.
import { ApiProblem } from '../problem.ts';
import { awsPlace, decodeCursor, encodeCursor } from './cursor.ts';
import type { ObjectVersions, WrittenObject } from './object-versions.ts';

/** What every version tells of itself. */
export interface VersionHead {
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly updated_by: string;
  /** The version that it brought back; null when it is none of a rollback. */
  readonly restored_version: number | null;
}

export interface KeptVersion extends VersionHead {
  /** The document as it was saved. */
  readonly text: string;
}

interface Found {
  readonly kept: KeptVersion;
  /** The S3 version of the last object that belongs to it. */
  readonly end: string;
}

export interface VersionHistory {
  readonly objects: ObjectVersions;
  /** Undefined for an object that is no such document. */
  headOf(object: WrittenObject): VersionHead | undefined;
}

/** What a list shows of a version. */
export function versionSummary({ version, updated_at, updated_by, restored_version }: VersionHead) {
  return { version, updated_at, updated_by, restored_version };
}

/** @param what names the document: `workflow mail` */
export function versionNotFound(what: string, version: number): ApiProblem {
  return new ApiProblem('not-found', `No version ${version} of the ${what} is kept`);
}

/** How many objects are read at the same time. */
const CONCURRENCY = 25;

export interface VersionsPage {
  readonly versions: readonly KeptVersion[];
  readonly nextCursor: string | null;
}

/**
 * @param current the `created_at` of the document there is now
 * @throws ApiProblem invalid-request when the cursor is not one of this list
 */
export async function listVersions(
  id: string,
  current: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  history: VersionHistory,
): Promise<VersionsPage> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, awsPlace);
  const versions: KeptVersion[] = [];
  let last: string | undefined;
  for await (const { kept, end } of foundVersions(id, current, history, { after })) {
    if (versions.length === limit) return { versions, nextCursor: encodeCursor(last) };
    versions.push(kept);
    last = end;
  }
  return { versions, nextCursor: null };
}

/**
 * At least one object was written for each version above it, so that as many need not be read.
 * @param current the document there is now
 * @returns undefined when that version never was, or is not kept any more
 */
export async function findVersion(
  id: string,
  current: Pick<VersionHead, 'version' | 'created_at'>,
  version: number,
  history: VersionHistory,
): Promise<KeptVersion | undefined> {
  const skipped = Math.max(0, current.version - version);
  for await (const { kept } of foundVersions(id, current.created_at, history, { skipped })) {
    if (kept.version === version) return kept;
    if (kept.version < version) return undefined;
  }
  return undefined;
}

/**
 * The latest first. More objects are written than there are versions:
 * - A pause of a schedule writes the version again, and so does a save that was undone: the version is what was saved
 *   first, by whom.
 * - What a save wrote that was undone has a higher number than what was written after it, and is no version.
 * - A document that was deleted and created again counts anew: what has another `created_at` is of another document.
 */
async function* foundVersions(
  id: string,
  current: string,
  history: VersionHistory,
  from: Start,
): AsyncGenerator<Found> {
  let pending: Found | undefined;
  for await (const { object, versionId } of objectsOf(id, history.objects, from)) {
    const head = history.headOf(object);
    if (!head) continue;
    if (head.created_at !== current) break;
    if (pending && head.version > pending.kept.version) continue;
    if (pending && head.version < pending.kept.version) yield pending;
    pending = { kept: { ...head, text: object.text }, end: versionId };
  }
  if (pending) yield pending;
}

interface Start {
  /** The S3 version of the object before. */
  readonly after?: string | undefined;
  /** How many of the objects are not read. */
  readonly skipped?: number;
}

async function* objectsOf(id: string, objects: ObjectVersions, { after, skipped = 0 }: Start) {
  let left = skipped;
  for (let last = after; ; ) {
    const { versions, truncated } = await objects.list(id, last);
    const first = Math.min(left, versions.length);
    left -= first;
    for (let start = first; start < versions.length; start += CONCURRENCY) {
      const group = versions.slice(start, start + CONCURRENCY);
      const read = await Promise.all(group.map(({ versionId }) => objects.read(id, versionId)));
      for (const [index, { versionId }] of group.entries()) {
        const object = read[index];
        if (object) yield { object, versionId };
      }
    }
    last = versions.at(-1)?.versionId;
    if (!truncated || last === undefined) return;
  }
}
