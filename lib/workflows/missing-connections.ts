// Connections that a workflow's runs would look for in vain, or that would not do: a warning on saving, since they may be
// created and changed after it.
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { UsedConnection } from '../compiler/tree/used-connection.ts';
import { descriptionOf } from '../connection-management/description.ts';
import { existingConnections, MAX_NAMES } from '../connection-management/existing.ts';
import type { RequestProblem } from '../problem.ts';
import { type ConnectionStore, connectionStore } from '../stores/connections.ts';
import type { Compiled } from './compile.ts';

/**
 * Asks for the names alone, and reads no secret: DescribeParameters gives none, whatever the caller may do.
 * @returns nothing when Systems Manager or S3 does not answer: that keeps nobody from saving
 */
export async function missingConnections(
  { workflow, connections }: Pick<Compiled, 'connections'> & { readonly workflow: { readonly id: string } },
  ssm: SSMClient,
  store: Pick<ConnectionStore, 'read'> = connectionStore(),
): Promise<RequestProblem[]> {
  const uses = new Map<string, UsedConnection[]>();
  for (const used of connections) {
    const name = `${used.provider}/${used.id}`;
    if (uses.size < MAX_NAMES || uses.has(name)) uses.set(name, [...(uses.get(name) ?? []), used]);
  }
  if (uses.size === 0) return [];
  try {
    const versions = await existingConnections([...uses.keys()], ssm);
    const problems = [...uses].map(async ([name, used]) => {
      const version = versions.get(name);
      // Each is told of where it is first asked for.
      if (version === undefined) return used.slice(0, 1).map(({ pointer }) => missing(name, pointer));
      const { document } = (await store.read(name)) ?? {};
      const { scopes, workflows } = descriptionOf({ version, modified: new Date(0) }, document);
      if (workflows?.includes(workflow.id) === false)
        return used.slice(0, 1).map(({ pointer }) => restricted(name, workflow.id, pointer));
      return scopes === null ? [] : used.flatMap((one) => lacking(name, one, scopes));
    });
    return (await Promise.all(problems)).flat();
  } catch {
    return [];
  }
}

function missing(name: string, pointer: string): RequestProblem {
  return {
    code: 'connection-missing',
    pointer,
    message: `There is no connection ${name}`,
    hint: 'Connect the account under Connections, or name another connection.',
  };
}

function restricted(name: string, workflow: string, pointer: string): RequestProblem {
  return {
    code: 'connection-restricted',
    pointer,
    message: `The connection ${name} may not be used by the workflow ${workflow}`,
    hint: 'Let an admin add the workflow to those that may use it, or name another connection.',
  };
}

function lacking(
  name: string,
  { needs, pointer }: UsedConnection,
  scopes: readonly string[],
): RequestProblem[] {
  if (!needs || needs.scopes.some((scope) => scopes.includes(scope))) return [];
  return [
    {
      code: 'connection-scope',
      pointer,
      message: `The connection ${name} lacks a scope that ${needs.action} needs`,
      hint: `Connect the account again with ${needs.scopes.join(' or ')}.`,
    },
  ];
}
