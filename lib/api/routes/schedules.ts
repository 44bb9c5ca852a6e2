// Routes of schedules. The function that saves workflows serves them: pausing one changes its workflow.
import * as z from 'zod';
import { pageQuery } from '../../schemas/common.ts';
import { schedule, scheduleId, schedulePage } from '../../schemas/schedules.ts';
import type { Route } from './route.ts';

const common = { function: 'workflows', tag: 'schedules' } as const;
const params = z.object({ id: scheduleId });

export const scheduleRoutes = [
  {
    ...common,
    operation: 'listSchedules',
    method: 'GET',
    path: '/schedules',
    role: 'viewer',
    summary: 'Lists the schedules of all workflows',
    description: 'A page has the schedules of `limit` workflows, which may be fewer or more than `limit`.',
    query: pageQuery,
    answers: { 200: { description: 'Schedules in the order of their workflows', body: schedulePage } },
    problems: [],
  },
  {
    ...common,
    operation: 'pauseSchedule',
    method: 'POST',
    path: '/schedules/{id}/pause',
    role: 'editor',
    summary: 'Pauses a schedule',
    description:
      'Sets `enabled` of the trigger in its workflow, whose ETag changes and whose version stays. The pause lasts until the schedule is resumed, whatever is saved meanwhile.',
    params,
    answers: { 200: { description: 'It starts nothing until it is resumed', body: schedule } },
    problems: ['not-found', 'precondition-failed'],
  },
  {
    ...common,
    operation: 'resumeSchedule',
    method: 'POST',
    path: '/schedules/{id}/resume',
    role: 'editor',
    summary: 'Resumes a schedule',
    description: 'What was due meanwhile is not made up for.',
    params,
    answers: { 200: { description: 'It starts the workflow when it is due next', body: schedule } },
    problems: ['not-found', 'precondition-failed'],
  },
] as const satisfies readonly Route[];
