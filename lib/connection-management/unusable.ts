// Why a workflow cannot use a connection, as far as that is known without asking its provider: said when it is saved and started.
import { connectionPage } from '../connections/expired.ts';
import type { RequestProblem } from '../problem.ts';
import type { ConnectionDescription } from '../stores/connections.ts';

/** Where a workflow asks for a connection. */
export interface Use {
  readonly pointer: string;
  /** The action that reads it, when that needs one of some OAuth scopes. */
  readonly needs?: { readonly action: string; readonly scopes: readonly string[] };
}

/**
 * What is wrong, told where it is first met.
 * @param name `<provider>/<id>`
 * @param uses in the order of the document
 * @param description undefined: there is no such connection
 */
export function unusable(
  name: string,
  uses: readonly Use[],
  workflowId: string,
  description: Pick<ConnectionDescription, 'scopes' | 'status' | 'workflows'> | undefined,
): RequestProblem[] {
  const [first] = uses;
  if (!first) return [];
  const { pointer } = first;
  if (!description)
    return [
      {
        code: 'connection-missing',
        pointer,
        message: `There is no connection ${name}`,
        hint: 'Connect the account under Connections, or name another connection.',
      },
    ];
  const { scopes, status, workflows } = description;
  if (workflows?.includes(workflowId) === false)
    return [
      {
        code: 'connection-restricted',
        pointer,
        message: `The connection ${name} may not be used by the workflow ${workflowId}`,
        hint: 'Let an admin add the workflow to those that may use it, or name another connection.',
      },
    ];
  if (status === 'needs_reconnect')
    return [
      {
        code: 'connection-expired',
        pointer,
        message: `The connection ${name} has to be connected again: its provider has refused it`,
        hint: `Connect it again, or test it, at ${connectionPage(name)}.`,
      },
    ];
  return scopes === null ? [] : uses.flatMap((use) => lacking(name, use, scopes));
}

function lacking(name: string, { needs, pointer }: Use, scopes: readonly string[]): RequestProblem[] {
  if (!needs || needs.scopes.some((scope) => scopes.includes(scope))) return [];
  const [scope] = needs.scopes;
  return [
    {
      code: 'connection-scope',
      pointer,
      message: `The connection ${name} lacks a scope that ${needs.action} needs`,
      hint: `Connect the account again with ${needs.scopes.join(' or ')}, at ${connectionPage(name, scope)}.`,
    },
  ];
}
