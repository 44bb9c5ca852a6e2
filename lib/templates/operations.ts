// Reads, lists, saves and deletes templates, with their ETags as conditions.
import { ApiProblem } from '../problem.ts';
import { decodeCursor, encodeCursor } from '../stores/cursor.ts';
import type { Stored } from '../stores/document-store.ts';
import { changedMeanwhile, checkIfMatch, nothingToReplace } from '../stores/preconditions.ts';
import { type History, historyOf, metadataOf, type TemplateStore } from '../stores/templates.ts';
import { type Template, templateId } from '../template-format/template.ts';

export interface SavedTemplate {
  readonly template: Template;
  readonly history: History;
  readonly etag: string;
}

const MAX_TRIES = 3;

/** @throws ApiProblem not-found */
export async function readTemplate(id: string, store: TemplateStore): Promise<SavedTemplate> {
  const stored = await store.read(id);
  if (!stored) throw notFound(id);
  return savedOf(stored);
}

/** @throws ApiProblem invalid-request when the cursor is not one of this list */
export async function listTemplates(
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  store: TemplateStore,
): Promise<{ readonly templates: readonly SavedTemplate[]; readonly nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, templateId);
  const { ids, next } = await store.ids({ limit, after });
  const stored = await Promise.all(ids.map((id) => store.read(id)));
  return {
    // One that was deleted since the keys were listed is left out.
    templates: stored.flatMap((one) => (one ? [savedOf(one)] : [])),
    nextCursor: next === undefined ? null : encodeCursor(next),
  };
}

/** @returns undefined when the id is taken */
export async function createTemplate(
  template: Template,
  user: string,
  store: TemplateStore,
  now: () => Date = () => new Date(),
): Promise<SavedTemplate | undefined> {
  const time = now().toISOString();
  const history = {
    version: 1,
    created_at: time,
    updated_at: time,
    updated_by: user,
    restored_version: null,
  };
  const etag = await store.write(template.id, template, { absent: true }, metadataOf(history));
  return etag === undefined ? undefined : { template, history, etag };
}

/**
 * @param ifMatch the header: the ETag of the version to replace, or `*`
 * @param restored the version that is brought back
 * @throws ApiProblem precondition-failed
 */
export async function replaceTemplate(
  template: Template,
  user: string,
  ifMatch: string,
  store: TemplateStore,
  restored: number | null = null,
): Promise<SavedTemplate> {
  const what = `template ${template.id}`;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const existing = await store.read(template.id);
    if (!existing) throw nothingToReplace(what);
    checkIfMatch(ifMatch, existing.etag, what);
    const before = historyOf(existing);
    const history = {
      ...before,
      version: before.version + 1,
      updated_at: new Date().toISOString(),
      updated_by: user,
      restored_version: restored,
    };
    const etag = await store.write(template.id, template, { etag: existing.etag }, metadataOf(history));
    if (etag !== undefined) return { template, history, etag };
  }
  throw changedMeanwhile(what);
}

/**
 * @param ifMatch the header: the ETag of the version to delete, or `*`
 * @throws ApiProblem not-found, precondition-failed
 */
export async function deleteTemplate(id: string, ifMatch: string, store: TemplateStore): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const existing = await store.read(id);
    if (!existing) throw notFound(id);
    checkIfMatch(ifMatch, existing.etag, `template ${id}`);
    if (await store.delete(id, existing.etag)) return;
  }
  throw changedMeanwhile(`template ${id}`);
}

function savedOf(stored: Stored<Template>): SavedTemplate {
  return { template: stored.document, history: historyOf(stored), etag: stored.etag };
}

function notFound(id: string): ApiProblem {
  return new ApiProblem('not-found', `There is no template ${id}; GET /templates lists those there are`);
}
