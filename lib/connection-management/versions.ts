// Writes the descriptions of a connection's versions, whoever else writes them at the same moment: a run that has failed
// marks a version while somebody replaces it. The write of the parameter puts the next version into force.
import type {
  ConnectionName,
  ConnectionParameters,
  ParameterInfo,
  Secret,
} from '../connections/parameters.ts';
import type { ConnectionDescription, ConnectionDocument, ConnectionStore } from '../stores/connections.ts';
import type { Stored } from '../stores/document-store.ts';
import { descriptionOf } from './description.ts';

export interface ManageDependencies {
  readonly parameters: ConnectionParameters;
  readonly store: ConnectionStore;
  readonly now?: () => Date;
}

/** A write that has not put its secret into force for so long never will. */
const ABANDONED_MS = 60_000;

export function documentId({ provider, id }: ConnectionName): string {
  return `${provider}/${id}`;
}

/** A version that is described and not yet written. */
export interface Prepared {
  readonly description: ConnectionDescription;
  readonly at: string;
  /** Whether there is a version before it. */
  readonly replaces: boolean;
}

/** Whether nobody has described another version since. */
export function isOf({ at }: Prepared, { prepared_at }: ConnectionDocument): boolean {
  return prepared_at === at;
}

/**
 * Describes the version that is about to be written.
 * @param current the version that it replaces
 * @param stored what was read of it
 * @returns undefined when somebody else has written a version, or is about to
 */
export async function prepare(
  name: ConnectionName,
  current: ParameterInfo | undefined,
  stored: Stored<ConnectionDocument> | undefined,
  next: (before: ConnectionDescription) => ConnectionDescription,
  { parameters, store, now = () => new Date() }: ManageDependencies,
): Promise<Prepared | undefined> {
  const version = current?.version ?? 0;
  for (let known = stored; ; ) {
    const before = descriptionOf(current ?? { version, modified: now() }, known?.document);
    const description = next(before);
    const versions = { ...(current && { [version]: before }), [version + 1]: description };
    const at = now().toISOString();
    const condition = known ? { etag: known.etag } : ({ absent: true } as const);
    if ((await store.write(documentId(name), { versions, prepared_at: at }, condition)) !== undefined)
      return { description, at, replaces: current !== undefined };
    known = await store.read(documentId(name));
    if (known && isUnderWay(known.document, version, now())) return undefined;
    if (((await parameters.find(name))?.version ?? 0) !== version) return undefined;
  }
}

/** Whether somebody else has described a version that is not written yet, a moment ago. */
export function isUnderWay(
  { versions, prepared_at }: ConnectionDocument,
  version: number,
  now: Date,
): boolean {
  if (prepared_at === undefined || now.getTime() - Date.parse(prepared_at) > ABANDONED_MS) return false;
  return Object.keys(versions).some((described) => Number(described) > version);
}

/** Puts the secret into force. When it fails, the next attempt need not wait: this one is no longer under way. */
export async function put(
  name: ConnectionName,
  secret: Secret,
  prepared: Prepared,
  { parameters, store }: ManageDependencies,
): Promise<number | undefined> {
  try {
    return await parameters.write(name, secret, prepared.replaces);
  } catch (error) {
    // Both descriptions stay, for the parameter may have been written and only the answer lost.
    const ended = (document: ConnectionDocument | undefined) =>
      document && isOf(prepared, document) ? { versions: document.versions } : undefined;
    await rewrite(name, ended, store).catch(() => undefined);
    throw error;
  }
}

/** Changes the description of a version. */
export async function describe(
  name: ConnectionName,
  version: number,
  change: (before: ConnectionDescription) => ConnectionDescription,
  { store }: ManageDependencies,
  otherwise = descriptionOf({ version, modified: new Date() }, undefined),
): Promise<ConnectionDescription> {
  let changed = otherwise;
  await rewrite(
    name,
    (document) => {
      changed = change(document?.versions[version] ?? otherwise);
      return { ...document, versions: { ...document?.versions, [version]: changed } };
    },
    store,
  );
  return changed;
}

/** @param change gives undefined where there is nothing to write */
async function rewrite(
  name: ConnectionName,
  change: (document: ConnectionDocument | undefined) => ConnectionDocument | undefined,
  store: ManageDependencies['store'],
): Promise<void> {
  for (;;) {
    const stored = await store.read(documentId(name));
    const document = change(stored?.document);
    if (!document) return;
    const condition = stored ? { etag: stored.etag } : ({ absent: true } as const);
    if ((await store.write(documentId(name), document, condition)) !== undefined) return;
  }
}
