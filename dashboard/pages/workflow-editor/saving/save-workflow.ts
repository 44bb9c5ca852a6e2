// Saves what is edited, so that nobody's change is lost: what was read is what is replaced, or both versions are shown.
import { pointerTo } from '../../../../lib/json-pointer.ts';
import { ApiError } from '../../../api/errors.ts';
import { request } from '../../../api/request.ts';
import type { AnswerBody } from '../../../api/routes.ts';
import { isSame, textOf } from '../document/workflow-text.ts';
import { readSaved, type Theirs } from './read-saved.ts';

export interface Saved {
  readonly id: string;
  readonly etag: string;
  readonly version: number;
}

/** What the service has, as far as this page knows. */
export interface Origin {
  /** Undefined for a workflow that was never saved. */
  readonly saved: Saved | undefined;
  readonly text: string;
}

export type Outcome =
  | {
      readonly kind: 'saved';
      readonly origin: Origin & { readonly saved: Saved };
      /** What only the service knows to be missing, in its words. */
      readonly missing: readonly string[];
    }
  /** Another workflow has the id. */
  | { readonly kind: 'taken'; readonly id: string }
  /** Undefined when it was deleted. */
  | { readonly kind: 'conflict'; readonly theirs: Theirs | undefined };

type SavedAnswer = Pick<AnswerBody<'POST /workflows'>, 'warnings' | 'triggers'>;

/**
 * @param text of the document
 * @throws ApiError when it is refused, NetworkError when no answer comes
 */
export async function saveWorkflow(
  document: Readonly<Record<string, unknown>>,
  text: string,
  saved: Saved | undefined,
): Promise<Outcome> {
  if (!saved) return saveFirst(document, text);
  const { id } = saved;
  try {
    const { body, etag = '' } = await request('PUT /workflows/{id}', {
      ...{ params: { id }, headers: { 'if-match': saved.etag }, body: document },
    });
    return savedAs({ id, etag, version: body.version }, document, text, body);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 412 && error.status !== 404)) throw error;
    const theirs = await readTheirs(id);
    // A schedule was paused or resumed, which is no other version.
    const isSameVersion = theirs?.version === saved.version && theirs.etag !== saved.etag;
    if (isSameVersion) return saveWorkflow(document, text, { ...saved, etag: theirs.etag });
    return { kind: 'conflict', theirs };
  }
}

/** What was saved, without the pauses of schedules, which are the operator's. */
function authored({ warnings, ...answer }: SavedAnswer): unknown {
  const paused = warnings.filter(({ code }) => code === 'schedule-paused').map(({ pointer }) => pointer);
  const triggers = answer.triggers?.map((trigger, index) => {
    const { enabled: _, ...rest } = trigger;
    return paused.includes(pointerTo('/triggers', index)) ? rest : trigger;
  });
  return triggers ? { ...answer, triggers } : answer;
}

async function saveFirst(document: Readonly<Record<string, unknown>>, text: string): Promise<Outcome> {
  try {
    const { body, etag = '' } = await request('POST /workflows', { body: document });
    return savedAs({ id: body.id, etag, version: body.version }, document, text, body);
  } catch (error) {
    if (error instanceof ApiError && error.type === 'already-exists')
      return { kind: 'taken', id: String(document['id']) };
    throw error;
  }
}

function savedAs(
  saved: Saved,
  sent: Readonly<Record<string, unknown>>,
  text: string,
  answer: SavedAnswer,
): Outcome {
  const kept = authored(answer);
  // One without a name is called by its id. What was in the older format comes back in the current one.
  const now = isSame({ name: sent['id'], ...sent }, kept) ? text : textOf(kept);
  // The other warnings are found while somebody writes.
  const missing = answer.warnings.filter(({ code }) => code.startsWith('connection-'));
  return {
    kind: 'saved',
    origin: { saved, text: now },
    missing: missing.map(({ message, hint = '' }) => `${message}. ${hint}`.trim()),
  };
}

async function readTheirs(id: string): Promise<Theirs | undefined> {
  try {
    return await readSaved(id);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
