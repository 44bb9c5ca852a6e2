// The table of the API's routes. The handlers' types, validation, roles, OpenAPI, /docs and the gateway's routes follow from it.
import { actionRoutes } from './actions.ts';
import { approvalRoutes } from './approvals.ts';
import { authRoutes } from './auth.ts';
import { connectionRoutes } from './connections.ts';
import { dashboardRoutes } from './dashboard.ts';
import { documentationRoutes } from './documentation.ts';
import { executionRoutes, rerunRoutes } from './executions.ts';
import { healthRoutes } from './health.ts';
import { hookRoutes, webhookRoutes } from './hooks.ts';
import type { Route } from './route.ts';
import { scheduleRoutes } from './schedules.ts';
import { promptRoutes, templateRoutes } from './templates.ts';
import { userRoutes } from './users.ts';
import { testStepRoutes, workflowRoutes } from './workflows.ts';

const ownRoutes = [
  ...authRoutes,
  ...workflowRoutes,
  ...testStepRoutes,
  ...executionRoutes,
  ...rerunRoutes,
  ...scheduleRoutes,
  ...webhookRoutes,
  ...hookRoutes,
  ...approvalRoutes,
  ...templateRoutes,
  ...connectionRoutes,
  ...userRoutes,
  ...actionRoutes,
  ...documentationRoutes,
  ...healthRoutes,
  ...dashboardRoutes,
] as const;

/** A route that has a handler of its own, with its literal types. */
export type OwnRoute = (typeof ownRoutes)[number];

/** The files under functions/api. */
export type ApiFunction = OwnRoute['function'];

export const routes: readonly Route[] = [...ownRoutes, ...promptRoutes];
