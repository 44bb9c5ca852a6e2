// Creates, replaces, tests and deletes connections. The write of the parameter with the secret is what puts a change into force.
import type { ConnectionProvider } from '../connections/credentials.ts';
import { type ConnectionName, MAX_SECRET_BYTES, type Secret } from '../connections/parameters.ts';
import { secretTexts } from '../connections/secret-texts.ts';
import { ApiProblem } from '../problem.ts';
import { checkBaseUrl } from '../providers/http/credential.ts';
import type { ConnectionDescription } from '../stores/connections.ts';
import { changedMeanwhile, checkIfMatch, nothingToReplace } from '../stores/preconditions.ts';
import { credentialsRefused, isRefusal, notTried, refusalOf } from './ask-provider.ts';
import { descriptionOf, type Managed, type ManagedName, triedFields } from './description.ts';
import { asOrchestraError, tryCredentials } from './try-credentials.ts';
import { describe, documentId, isOf, isUnderWay, type ManageDependencies, prepare, put } from './versions.ts';

/** What a request says of a connection; its credentials are parsed by their provider's schema. */
export interface Wanted {
  readonly label: string | null;
  readonly workflows: readonly string[] | null;
  readonly credentials?: Secret | undefined;
  /** How the credentials came here; `api` when left out. */
  readonly source?: 'api' | 'oauth';
}

export function etagOf({ version }: Pick<Managed, 'version'>): string {
  return `"${version}"`;
}

/** @throws ApiProblem not-found */
export async function readConnection(
  name: ManagedName,
  { parameters, store }: ManageDependencies,
): Promise<Managed> {
  const [info, stored] = await Promise.all([parameters.find(name), store.read(documentId(name))]);
  if (!info) throw connectionNotFound(name);
  return { name, version: info.version, description: descriptionOf(info, stored?.document) };
}

/**
 * @returns undefined when the id is taken
 * @throws ApiProblem invalid-body, credentials-refused, unavailable
 */
export async function createConnection(
  name: ManagedName,
  { label, workflows, credentials, source = 'api' }: Wanted & { readonly credentials: Secret },
  user: string,
  dependencies: ManageDependencies,
): Promise<Managed | undefined> {
  const { parameters, store, now = () => new Date() } = dependencies;
  const secret = secretOf(credentials, workflows);
  if (await parameters.find(name)) return undefined;
  const at = now().toISOString();
  const tried = await triedFor(name.provider, credentials, at);
  const description: ConnectionDescription = {
    ...{ label, owner: user, source, workflows: workflows && [...workflows] },
    ...{ base_url: baseUrlOf(credentials), ...tried },
    ...{ created_at: at, updated_at: at, updated_by: user },
  };
  // What a deletion or another creation has left that was interrupted.
  const leftover = await store.read(documentId(name));
  if (leftover && isUnderWay(leftover.document, 0, now())) return undefined;
  const prepared = await prepare(name, undefined, leftover, () => description, dependencies);
  if (!prepared) return undefined;
  const version = await put(name, secret, prepared, dependencies);
  if (version === undefined) {
    // Somebody has written the parameter by hand meanwhile: what was described is not that one.
    const left = await store.read(documentId(name));
    if (left && isOf(prepared, left.document)) await store.delete(documentId(name), left.etag);
    return undefined;
  }
  return { name, version, description };
}

/**
 * Without credentials those that there are stay.
 * @throws ApiProblem invalid-body, precondition-failed, credentials-refused, unavailable
 */
export async function replaceConnection(
  name: ManagedName,
  { label, workflows, credentials, source = 'api' }: Wanted,
  user: string,
  ifMatch: string,
  dependencies: ManageDependencies,
): Promise<Managed> {
  const { parameters, store, now = () => new Date() } = dependencies;
  const what = `connection ${documentId(name)}`;
  const current = await parameters.read(name);
  if (!current) throw nothingToReplace(what);
  checkIfMatch(ifMatch, etagOf(current), what);
  const stored = await store.read(documentId(name));
  if (stored && isUnderWay(stored.document, current.version, now())) throw changedMeanwhile(what);
  const fields = credentials ?? withoutRestriction(current.secret);
  const secret = secretOf(fields, workflows);
  const tried = credentials && (await triedFor(name.provider, credentials, now().toISOString()));
  const changed = (before: ConnectionDescription): ConnectionDescription => ({
    ...before,
    ...tried,
    ...{ label, workflows: workflows && [...workflows], base_url: baseUrlOf(fields) },
    source: credentials === undefined && before.source === 'oauth' ? before.source : source,
    ...{ updated_at: now().toISOString(), updated_by: user },
  });
  const prepared = await prepare(name, current, stored, changed, dependencies);
  if (!prepared) throw changedMeanwhile(what);
  const version = await put(name, secret, prepared, dependencies);
  if (version === undefined) throw changedMeanwhile(what);
  const { description } = prepared;
  // Somebody has written the parameter by hand meanwhile: the last write is in force.
  if (version !== current.version + 1) await describe(name, version, () => description, dependencies);
  return { name, version, description };
}

/**
 * Tries the credentials at the provider, and keeps what it says.
 * @throws ApiProblem not-found, unavailable (the provider does not answer: nothing is said of the credentials)
 */
export async function testConnection(name: ManagedName, dependencies: ManageDependencies): Promise<Managed> {
  const { parameters, store, now = () => new Date() } = dependencies;
  const current = await parameters.read(name);
  if (!current) throw connectionNotFound(name);
  const at = now().toISOString();
  const update = await outcome(name, current.secret, at);
  const description = await describe(
    name,
    current.version,
    (before) => ({ ...before, ...update }),
    dependencies,
    descriptionOf(current, (await store.read(documentId(name)))?.document),
  );
  return { name, version: current.version, description };
}

/** The fields that follow from a test. */
async function outcome(
  { provider }: ManagedName,
  secret: Secret,
  at: string,
): Promise<Partial<ConnectionDescription>> {
  try {
    return triedFields(await tryCredentials(provider, secret), at);
  } catch (thrown) {
    const error = asOrchestraError(thrown);
    const secrets = secretTexts(provider, secret);
    if (!isRefusal(error)) throw notTried(error, secrets);
    return {
      status: 'needs_reconnect',
      tested_at: at,
      last_failure: { at, message: refusalOf(error, secrets), execution_id: null },
    };
  }
}

/** @throws ApiProblem not-found, precondition-failed */
export async function deleteConnection(
  name: ManagedName,
  ifMatch: string,
  { parameters, store }: ManageDependencies,
): Promise<Secret> {
  const what = `connection ${documentId(name)}`;
  const [current, stored] = await Promise.all([parameters.read(name), store.read(documentId(name))]);
  if (!current && !stored) throw connectionNotFound(name);
  if (current) checkIfMatch(ifMatch, etagOf(current), what);
  // The secret goes first: what is left without it is nothing that anybody could use, and goes with the next attempt.
  await parameters.delete(name);
  for (let left = stored; left; left = await store.read(documentId(name)))
    if (await store.delete(documentId(name), left.etag)) break;
  if (!current) throw connectionNotFound(name);
  return current.secret;
}

/** @throws ApiProblem invalid-body, credentials-refused, unavailable */
async function triedFor(provider: ConnectionProvider, credentials: Secret, at: string) {
  if (provider === 'http') checkPlace(baseUrlOf(credentials));
  try {
    return triedFields(await tryCredentials(provider, credentials), at);
  } catch (thrown) {
    const error = asOrchestraError(thrown);
    const secrets = secretTexts(provider, credentials);
    throw isRefusal(error) ? credentialsRefused(error, secrets) : notTried(error, secrets);
  }
}

/** Nobody is asked at an address that no request is sent to: the credentials may be good. @throws ApiProblem invalid-body */
function checkPlace(baseUrl: string | null): void {
  if (baseUrl === null) return;
  try {
    checkBaseUrl(baseUrl);
  } catch (thrown) {
    const { message } = asOrchestraError(thrown);
    const hint = 'Give the address of a server on the public internet, with https.';
    throw new ApiProblem('invalid-body', message, {
      problems: [{ code: 'invalid-value', pointer: '/credentials/base_url', message, hint }],
    });
  }
}

/** @throws ApiProblem invalid-body when it is longer than a parameter may be */
function secretOf(credentials: Secret, workflows: readonly string[] | null): Secret {
  const secret = { ...credentials, ...(workflows && { restricted_to: workflows }) };
  const bytes = Buffer.byteLength(JSON.stringify(secret));
  if (bytes <= MAX_SECRET_BYTES) return secret;
  const message = `The credentials and the workflows have ${bytes} bytes together; Systems Manager takes ${MAX_SECRET_BYTES}`;
  throw new ApiProblem('invalid-body', message, {
    problems: [{ code: 'too-large', pointer: '/credentials', message }],
  });
}

function withoutRestriction({ restricted_to: _, ...fields }: Secret): Secret {
  return fields;
}

function baseUrlOf({ base_url }: Secret): string | null {
  return typeof base_url === 'string' ? base_url : null;
}

export function connectionNotFound({ provider, id }: ConnectionName): ApiProblem {
  return new ApiProblem('not-found', `There is no connection ${provider}/${id}`);
}
