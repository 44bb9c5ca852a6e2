// Refuses to start what would fail at its first call: a workflow whose steps name connections that do not exist.
import { SSMClient } from '@aws-sdk/client-ssm';
import { existingConnections, MAX_NAMES } from '../connection-management/existing.ts';
import { ApiProblem } from '../problem.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';

/** As long as actions keep a secret. */
const KEEP_MS = 30_000;

/** Connections that were found are not asked for again for a while, those that were not found are. */
export class KnownConnections {
  readonly #found = new Map<string, number>();
  readonly #ssm: SSMClient;
  readonly #now: () => number;

  constructor(ssm: SSMClient = new SSMClient({}), now: () => number = Date.now) {
    this.#ssm = ssm;
    this.#now = now;
  }

  /**
   * Says nothing of a workflow that an earlier release saved, and when Systems Manager does not answer.
   * @throws ApiProblem connection-missing
   */
  async check({ connections = [] }: Pick<WorkflowDocument, 'connections'>): Promise<void> {
    const asked = connections
      // A webhook's secret is read by deliveries, not by runs.
      .filter((name) => !name.startsWith('webhook/'))
      .filter((name) => (this.#found.get(name) ?? 0) <= this.#now())
      .slice(0, MAX_NAMES);
    if (asked.length === 0) return;
    const found = await existingConnections(asked, this.#ssm).catch(() => undefined);
    if (!found) return;
    for (const name of found.keys()) this.#found.set(name, this.#now() + KEEP_MS);
    const missing = asked.filter((name) => !found.has(name));
    if (missing.length === 0) return;
    const problems = missing.map((name) => ({
      code: 'connection-missing',
      pointer: '/path/id',
      message: `There is no connection ${name}`,
      hint: 'Connect the account under Connections, or let the step name another connection.',
    }));
    throw new ApiProblem(
      'connection-missing',
      `The workflow reads connections that do not exist: ${missing.join(', ')}`,
      {
        problems,
      },
    );
  }
}
