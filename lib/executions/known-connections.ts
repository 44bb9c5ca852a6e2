// Refuses to start what would fail at a call: a workflow whose steps name connections that do not exist, or that it cannot use.
import { SSMClient } from '@aws-sdk/client-ssm';
import { descriptionOf } from '../connection-management/description.ts';
import { existingConnections, MAX_NAMES } from '../connection-management/existing.ts';
import { type Use, unusable } from '../connection-management/unusable.ts';
import { ApiProblem, type RequestProblem } from '../problem.ts';
import { type ConnectionStore, connectionStore } from '../stores/connections.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';

/** As long as actions keep a secret. */
const KEEP_MS = 30_000;

type Read = Pick<WorkflowDocument, 'connections' | 'scopes'> & {
  readonly workflow: { readonly id: string };
};

interface KnownVersion {
  readonly version: number;
  readonly until: number;
}

export interface KnownConnectionsOptions {
  readonly ssm?: SSMClient;
  /** What is known of them besides; read once for each connection and start. */
  readonly store?: Pick<ConnectionStore, 'read'>;
  readonly now?: () => number;
}

/** Connections that were found are not asked for again for a while, those that were not found or cannot be used are. */
export class KnownConnections {
  readonly #found = new Map<string, KnownVersion>();
  readonly #ssm: SSMClient;
  readonly #now: () => number;
  #store: Pick<ConnectionStore, 'read'> | undefined;

  constructor({ ssm = new SSMClient({}), store, now = Date.now }: KnownConnectionsOptions = {}) {
    this.#ssm = ssm;
    this.#store = store;
    this.#now = now;
  }

  /**
   * Says nothing of a workflow that an earlier release saved, and when Systems Manager or S3 does not answer.
   * @throws ApiProblem connection-missing, connection-unusable
   */
  async check(document: Read): Promise<void> {
    // A webhook's secret is read by deliveries, not by runs.
    const names = (document.connections ?? [])
      .filter((name) => !name.startsWith('webhook/'))
      .slice(0, MAX_NAMES);
    if (names.length === 0) return;
    const hasKept = names.some((name) => this.#isKept(name));
    let problems = await this.#problems(names, document);
    if (hasKept && problems.some(({ code }) => code !== 'connection-missing')) {
      // Of a connection that is replaced, the version that is kept is the one before.
      for (const name of names) this.#found.delete(name);
      problems = await this.#problems(names, document);
    }
    if (problems.length === 0) return;
    const isMissing = problems.some(({ code }) => code === 'connection-missing');
    throw new ApiProblem(
      isMissing ? 'connection-missing' : 'connection-unusable',
      `The workflow cannot be started: ${problems.map(({ message }) => message).join('; ')}`,
      { problems },
    );
  }

  async #problems(names: readonly string[], document: Read): Promise<RequestProblem[]> {
    const [versions, described] = await Promise.all([
      this.#versions(names).catch(() => undefined),
      this.#described(names),
    ]);
    return names.flatMap((name, index) => {
      const version = versions?.get(name);
      if (!versions) return [];
      const known =
        version === undefined
          ? undefined
          : descriptionOf({ version, modified: new Date(0) }, described[index]);
      return unusable(name, usesOf(name, document), document.workflow.id, known);
    });
  }

  #isKept(name: string): boolean {
    return (this.#found.get(name)?.until ?? 0) > this.#now();
  }

  async #versions(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const asked = names.filter((name) => !this.#isKept(name));
    const found =
      asked.length === 0 ? new Map<string, number>() : await existingConnections(asked, this.#ssm);
    for (const [name, version] of found) this.#found.set(name, { version, until: this.#now() + KEEP_MS });
    return new Map(
      names.flatMap((name) => {
        const version =
          found.get(name) ?? (asked.includes(name) ? undefined : this.#found.get(name)?.version);
        return version === undefined ? [] : [[name, version]];
      }),
    );
  }

  async #described(names: readonly string[]) {
    this.#store ??= connectionStore();
    const store = this.#store;
    return Promise.all(
      names.map((name) =>
        store.read(name).then(
          (stored) => stored?.document,
          () => undefined,
        ),
      ),
    );
  }
}

/** Of problems: the workflow that was to be started. */
const POINTER = '/path/id';

/** The calls of a workflow that need scopes of a connection; where they stand is the caller's to look up. */
function usesOf(name: string, { scopes = [] }: Read): Use[] {
  const needs = scopes.filter(({ connection }) => connection === name);
  if (needs.length === 0) return [{ pointer: POINTER }];
  return needs.map(({ action, any_of }) => ({ pointer: POINTER, needs: { action, scopes: any_of } }));
}
