// Every page of the dashboard as it can be looked at with the data of seed.ts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../project-folder.ts';
import type { Seeded } from './seed.ts';

export interface SeenPage {
  /** Of the picture's file. */
  readonly name: string;
  /** Below /app. */
  readonly path: string;
}

/** @throws Error when a page takes a parameter that nothing of the seed is known for */
export async function seenPages(seeded: Seeded): Promise<readonly SeenPage[]> {
  const { failedRun, waitingRun, succeededRun } = seeded;
  const views: Readonly<Record<string, readonly SeenPage[]>> = {
    '/runs/:id': [
      { name: 'run-failed', path: `/runs/${failedRun}` },
      { name: 'run-timeline', path: `/runs/${succeededRun}?view=timeline` },
      { name: 'run-waiting', path: `/runs/${waitingRun}?view=steps&step=agree` },
    ],
    '/workflows/:id': [{ name: 'workflow', path: '/workflows/weekly_digest' }],
    '/workflows/:id/edit': [{ name: 'workflow-edit', path: '/workflows/weekly_digest/edit' }],
    '/workflows/:id/versions': [{ name: 'workflow-versions', path: '/workflows/morning_report/versions' }],
    '/prompts/:id': [{ name: 'prompt', path: '/prompts/email_summary' }],
    '/prompts/:id/versions': [{ name: 'prompt-versions', path: '/prompts/email_summary/versions' }],
    '/actions': [
      { name: 'actions', path: '/actions' },
      { name: 'action', path: '/actions?action=github.create_issue' },
    ],
  };
  return (await routes()).flatMap((route) => {
    const plain = [{ name: route.slice(1).replaceAll('/', '-'), path: route }];
    const seen = views[route] ?? (route.includes(':') ? undefined : plain);
    if (!seen) throw new Error(`Say in infrastructure/screenshots/pages.ts what ${route} shows`);
    return seen;
  });
}

/** As dashboard/pages.ts lists them; Node does not run the components that it imports. */
export async function routes(): Promise<readonly string[]> {
  const list = await readFile(join(projectFolder, 'dashboard', 'pages.ts'), 'utf8');
  return [...list.matchAll(/\bpath: '([^']+)'/g)].map(([, route = '']) => route);
}
