// Every page of the dashboard, in the order of the navigation. A page is one line here and one folder below pages/.

import { lazy } from 'react';
import Actions from './design-system/icons/blocks.ts';
import Schedules from './design-system/icons/calendar-clock.ts';
import Approvals from './design-system/icons/circle-check-big.ts';
import Home from './design-system/icons/house.ts';
import Runs from './design-system/icons/list.ts';
import Prompts from './design-system/icons/message-square-text.ts';
import Connections from './design-system/icons/plug.ts';
import Users from './design-system/icons/users.ts';
import Webhooks from './design-system/icons/webhook.ts';
import Workflows from './design-system/icons/workflow.ts';
import type { PageEntry } from './frame/pages.ts';
import { WaitingCount } from './frame/waiting.tsx';

export const pages: readonly PageEntry[] = [
  {
    path: '/home',
    page: lazy(() => import('./pages/home/home-page.tsx')),
    navigation: { title: 'Home', icon: Home, letter: 'h', phone: true },
  },
  {
    path: '/runs',
    page: lazy(() => import('./pages/runs/runs-page.tsx')),
    navigation: { title: 'Runs', icon: Runs, letter: 'r', phone: true },
  },
  { path: '/runs/:id', page: lazy(() => import('./pages/run/run-page.tsx')) },
  {
    path: '/workflows',
    page: lazy(() => import('./pages/workflows/workflows-page.tsx')),
    navigation: { title: 'Workflows', icon: Workflows, letter: 'w' },
  },
  { path: '/workflows/new', page: lazy(() => import('./pages/workflow-editor/new-workflow-page.tsx')) },
  { path: '/workflows/:id', page: lazy(() => import('./pages/workflow/workflow-page.tsx')) },
  {
    path: '/workflows/:id/versions',
    page: lazy(() => import('./pages/versions/workflow-versions-page.tsx')),
  },
  {
    path: '/workflows/:id/edit',
    page: lazy(() => import('./pages/workflow-editor/workflow-editor-page.tsx')),
  },
  {
    path: '/approvals',
    page: lazy(() => import('./pages/approvals/approvals-page.tsx')),
    navigation: { title: 'Approvals', icon: Approvals, letter: 'a', phone: true, count: WaitingCount },
  },
  {
    path: '/schedules',
    page: lazy(() => import('./pages/schedules/schedules-page.tsx')),
    navigation: { title: 'Schedules', icon: Schedules, letter: 's' },
  },
  {
    path: '/webhooks',
    page: lazy(() => import('./pages/webhooks/webhooks-page.tsx')),
    navigation: { title: 'Webhooks', icon: Webhooks, letter: 'k' },
  },
  {
    path: '/prompts',
    page: lazy(() => import('./pages/prompts/prompts-page.tsx')),
    navigation: { title: 'Prompts', icon: Prompts, letter: 'p' },
  },
  { path: '/prompts/new', page: lazy(() => import('./pages/prompts/new-prompt-page.tsx')) },
  { path: '/prompts/:id', page: lazy(() => import('./pages/prompts/prompt-page.tsx')) },
  { path: '/prompts/:id/versions', page: lazy(() => import('./pages/versions/template-versions-page.tsx')) },
  {
    path: '/actions',
    page: lazy(() => import('./pages/actions/actions-page.tsx')),
    navigation: { title: 'Actions', icon: Actions, letter: 'c' },
  },
  {
    path: '/connections',
    page: lazy(() => import('./pages/connections/connections-page.tsx')),
    navigation: { title: 'Connections', icon: Connections, letter: 'o' },
  },
  {
    path: '/users',
    page: lazy(() => import('./pages/users/users-page.tsx')),
    navigation: { title: 'Users', icon: Users, letter: 'u' },
  },
];

/** Where /app itself leads. */
export const firstPage = '/home';
