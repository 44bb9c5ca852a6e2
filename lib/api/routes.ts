// The one table of the API's routes. Handlers' types, validation, roles, OpenAPI, /docs and the gateway's routes come from it.
import type { Route } from './route.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { authRoutes } from './routes/auth.ts';
import { executionRoutes } from './routes/executions.ts';
import { hookRoutes } from './routes/hooks.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { serviceRoutes } from './routes/service.ts';
import { promptRoutes, templateRoutes } from './routes/templates.ts';
import { workflowRoutes } from './routes/workflows.ts';

const ownRoutes = [
  ...authRoutes,
  ...workflowRoutes,
  ...executionRoutes,
  ...scheduleRoutes,
  ...hookRoutes,
  ...approvalRoutes,
  ...templateRoutes,
  ...serviceRoutes,
] as const;

/** A route that has a handler of its own, with its literal types. */
export type OwnRoute = (typeof ownRoutes)[number];

/** The files under functions/api. */
export type ApiFunction = OwnRoute['function'];

export const routes: readonly Route[] = [...ownRoutes, ...promptRoutes];
