// Connections that a workflow's runs would look for in vain, or that would not do: a warning on saving, since they may be
// created and changed after it.
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { UsedConnection } from '../compiler/tree/used-connection.ts';
import { descriptionOf } from '../connection-management/description.ts';
import { existingConnections, MAX_NAMES } from '../connection-management/existing.ts';
import { unusable } from '../connection-management/unusable.ts';
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
      const { document } = version === undefined ? {} : ((await store.read(name)) ?? {});
      const known =
        version === undefined ? undefined : descriptionOf({ version, modified: new Date(0) }, document);
      return unusable(name, used, workflow.id, known);
    });
    return (await Promise.all(problems)).flat();
  } catch {
    return [];
  }
}
