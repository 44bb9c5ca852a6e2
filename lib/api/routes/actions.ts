// The route of the catalogue of actions.
import { actionList } from '../../schemas/actions.ts';
import type { Route } from './route.ts';

export const actionRoutes = [
  {
    operation: 'listActions',
    method: 'GET',
    path: '/actions',
    function: 'actions',
    role: 'viewer',
    tag: 'actions',
    summary: 'Lists every action with the JSON Schemas of its input and output',
    answers: { 200: { description: 'All actions, sorted by id', body: actionList } },
    problems: [],
  },
] as const satisfies readonly Route[];
