// Connections that a workflow's runs would look for in vain: a warning on saving, since they may be created after it.
import { paginateDescribeParameters, type SSMClient } from '@aws-sdk/client-ssm';
import { setting } from '../config.ts';
import type { RequestProblem } from '../problem.ts';
import type { Compiled } from './compile.ts';

/** A save does not wait longer for an answer. */
const MAX_MS = 2000;
/** The most values of a filter (API reference, ParameterStringFilter). */
const MAX_NAMES = 50;

/**
 * Asks for the names alone, and reads no secret: DescribeParameters gives none, whatever the caller may do.
 * @returns nothing when Systems Manager does not answer: that keeps nobody from saving
 */
export async function missingConnections(
  { connections }: Pick<Compiled, 'connections'>,
  ssm: SSMClient,
): Promise<RequestProblem[]> {
  // Each is told of where it is first asked for.
  const pointers = new Map<string, string>();
  for (const { provider, id, pointer } of connections) {
    const name = `${provider}/${id}`;
    if (pointers.size < MAX_NAMES && !pointers.has(name)) pointers.set(name, pointer);
  }
  if (pointers.size === 0) return [];
  try {
    const path = setting('CONNECTIONS_PATH');
    const found = await existing(
      [...pointers.keys()].map((name) => `${path}/${name}`),
      ssm,
    );
    return [...pointers]
      .filter(([name]) => !found.has(`${path}/${name}`))
      .map(([name, pointer]) => ({
        code: 'connection-missing',
        pointer,
        message: `There is no connection ${name}`,
        hint: `Create the parameter ${path}/${name} in Systems Manager, or name another connection.`,
      }));
  } catch {
    return [];
  }
}

async function existing(names: string[], client: SSMClient): Promise<ReadonlySet<string>> {
  const pages = paginateDescribeParameters(
    { client, pageSize: MAX_NAMES },
    { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: names }] },
    { abortSignal: AbortSignal.timeout(MAX_MS) },
  );
  const found = new Set<string>();
  for await (const { Parameters = [] } of pages) for (const { Name = '' } of Parameters) found.add(Name);
  return found;
}
