// Every page of the dashboard as it can be looked at with the data of seed.ts; screenshots.test.ts holds it complete.
import type { Seeded } from './seed.ts';

export interface SeenPage {
  /** Of the picture's file. */
  readonly name: string;
  /** The page's path in dashboard/pages.ts. */
  readonly route: string;
  /** Below /app. */
  readonly path: string;
}

export function seenPages({ failedRun, waitingRun, succeededRun }: Seeded): readonly SeenPage[] {
  const run = '/runs/:id';
  return [
    { name: 'runs', route: '/runs', path: '/runs' },
    { name: 'run-failed', route: run, path: `/runs/${failedRun}` },
    { name: 'run-timeline', route: run, path: `/runs/${succeededRun}?view=timeline` },
    { name: 'run-waiting', route: run, path: `/runs/${waitingRun}?view=steps` },
    { name: 'approvals', route: '/approvals', path: '/approvals' },
  ];
}
