// What names stood for in the last run of the workflow, from its log.
import type { QueryClient } from '@tanstack/react-query';
import { isObject } from '../../../lib/json.ts';
import { request } from '../../api/request.ts';

const KNOWN_MS = 30_000;
const MOST_CHARACTERS = 200;

interface LastRun {
  readonly id: string;
  readonly input: unknown;
}

/** @param idOf the workflow's; undefined for one that was never saved */
export function lastValues(queries: QueryClient, idOf: () => string | undefined) {
  return async ([root, name = '', ...rest]: readonly string[]): Promise<string | undefined> => {
    const workflow = idOf();
    if (workflow === undefined || name === '') return undefined;
    try {
      const run = await lastRun(queries, workflow);
      if (!run) return undefined;
      if (root === 'inputs') return shown(valueAlong(run.input, [name, ...rest]));
      return root === 'steps' ? shown(valueAlong(await outputOf(queries, run.id, name), rest)) : undefined;
    } catch {
      // Without it the type is said all the same.
      return undefined;
    }
  };
}

function lastRun(queries: QueryClient, workflow_id: string): Promise<LastRun | null> {
  return queries.fetchQuery({
    queryKey: ['workflow', workflow_id, 'last-run'],
    staleTime: KNOWN_MS,
    queryFn: async () => {
      const { body } = await request('GET /executions', { query: { workflow_id, limit: 1 } });
      const [run] = body.items;
      if (!run) return null;
      return {
        id: run.id,
        input: (await request('GET /executions/{id}', { params: { id: run.id } })).body.input,
      };
    },
  });
}

function outputOf(queries: QueryClient, id: string, step: string): Promise<unknown> {
  return queries.fetchQuery({
    queryKey: ['run', id, 'output', step],
    staleTime: KNOWN_MS,
    queryFn: async () =>
      (await request('GET /executions/{id}/steps/{step}', { params: { id, step } })).body.output ?? null,
  });
}

/** Of lists the value in their first item. */
export function valueAlong(value: unknown, names: readonly string[]): unknown {
  return names.reduce((at, name) => {
    const item: unknown = Array.isArray(at) ? at[0] : at;
    return isObject(item) ? item[name] : undefined;
  }, value);
}

function shown(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return text !== undefined && text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
