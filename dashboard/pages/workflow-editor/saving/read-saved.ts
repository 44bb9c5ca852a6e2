// The workflow that is in force, as its author saved it.
import { useLive } from '../../../api/live.ts';
import { request } from '../../../api/request.ts';
import { textOf } from '../document/workflow-text.ts';

/** The version that is in force. */
export interface Theirs {
  readonly etag: string;
  readonly text: string;
  readonly version: number;
  readonly updated_at: string;
  readonly updated_by: string;
}

export async function readSaved(id: string, signal?: AbortSignal): Promise<Theirs> {
  const control = signal ? { signal } : {};
  const { body, etag = '' } = await request('GET /workflows/{id}', { params: { id } }, control);
  const { version, updated_at, updated_by } = body;
  // A schedule that somebody has paused says so in the workflow, but not in its version: the pause is no change of it.
  const mayBePaused = body.triggers?.some(({ enabled }) => enabled === false);
  const params = { id, version };
  const workflow = mayBePaused
    ? (await request('GET /workflows/{id}/versions/{version}', { params }, control)).body
    : body;
  return { etag, text: textOf(workflow), version, updated_at, updated_by };
}

const EVERY_MS = 15_000;

/** @param id undefined for a workflow that was never saved */
export function useSavedWorkflow(id: string | undefined) {
  return useLive({
    queryKey: ['workflow', id, 'edited'],
    enabled: id !== undefined,
    queryFn: ({ signal }) => readSaved(id ?? '', signal),
    every: () => EVERY_MS,
  });
}
