// The route of health checks.
import * as z from 'zod';
import type { Route } from './route.ts';

export const healthRoutes = [
  {
    operation: 'getHealth',
    method: 'GET',
    path: '/health',
    function: 'health',
    role: null,
    tag: 'service',
    summary: 'Reports that the API answers',
    answers: {
      200: {
        description: 'The API answers',
        body: z.object({ status: z.literal('ok') }).meta({ id: 'Health' }),
      },
    },
    problems: [],
  },
] as const satisfies readonly Route[];
