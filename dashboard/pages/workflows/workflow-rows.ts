// The rows of the list of workflows: which are shown, and the last run of each as far as the latest runs tell.

interface Named {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

/** Those whose id, name or description holds every word that is looked for. */
export function matching<Row extends Named>(rows: readonly Row[], search: string): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ id, name, description }) => {
    const text = `${id}\n${name}\n${description ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

interface Started {
  readonly workflow_id: string;
  readonly started_at: string;
}

/** @param runs the latest runs of all workflows, in any order */
export function lastRuns<Run extends Started>(runs: readonly Run[]): ReadonlyMap<string, Run> {
  const last = new Map<string, Run>();
  for (const run of runs) {
    const before = last.get(run.workflow_id);
    if (!before || before.started_at < run.started_at) last.set(run.workflow_id, run);
  }
  return last;
}

/** `2 schedules, 1 webhook`; empty when nothing starts it by itself. */
export function triggerText({
  schedules,
  webhooks,
}: {
  readonly schedules: number;
  readonly webhooks: number;
}): string {
  return [counted(schedules, 'schedule'), counted(webhooks, 'webhook')].filter(Boolean).join(', ');
}

function counted(count: number, what: string): string {
  if (count === 0) return '';
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
