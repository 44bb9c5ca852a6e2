// Which connections there are, by name: their secrets are not read.
import { paginateDescribeParameters, type SSMClient } from '@aws-sdk/client-ssm';
import { setting } from '../config.ts';

/** Nobody who saves or starts a workflow waits longer for the answer. */
const MAX_MS = 2000;
/** The most values of a filter (API reference, ParameterStringFilter). */
export const MAX_NAMES = 50;

/** The versions of the parameters of those connections that there are, by `<provider>/<id>`. */
export async function existingConnections(
  names: readonly string[],
  client: SSMClient,
): Promise<ReadonlyMap<string, number>> {
  const path = setting('CONNECTIONS_PATH');
  const Values = names.map((name) => `${path}/${name}`);
  const pages = paginateDescribeParameters(
    { client, pageSize: MAX_NAMES },
    { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }] },
    { abortSignal: AbortSignal.timeout(MAX_MS) },
  );
  const found = new Map<string, number>();
  for await (const { Parameters = [] } of pages)
    for (const { Name = '', Version = 0 } of Parameters) found.set(Name.slice(path.length + 1), Version);
  return found;
}
