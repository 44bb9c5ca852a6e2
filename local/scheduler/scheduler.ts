// Amazon EventBridge Scheduler on a laptop: its REST API, and starting executions when schedules are due.
import { AwsError, asAwsError } from '../aws/error.ts';
import { restJsonErrorResponse, restJsonResponse } from '../aws/protocols.ts';
import type { AwsRequest, AwsService } from '../aws/service.ts';
import { type Clock, systemClock } from '../states/model/clock.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  type OperationContext,
  updateSchedule,
} from './operations.ts';
import { readSchedule } from './request.ts';
import { openScheduleStore } from './store.ts';

export interface SchedulerOptions extends DispatcherOptions {
  readonly directory: string;
  /** The schedule groups that exist besides `default`. */
  readonly groups?: readonly string[];
  readonly clock?: Clock;
}

/** Opens the schedules of a directory, which is created when it is missing, and starts what is due. */
export function createScheduler(options: SchedulerOptions): AwsService {
  const { directory, groups = [], clock = systemClock } = options;
  const store = openScheduleStore(directory);
  const dispatcher = new Dispatcher(store, clock, options);
  dispatcher.open();
  return {
    signingName: 'scheduler',
    async handle(request) {
      try {
        const context = { store, groups, now: clock.now(), onChange: () => dispatcher.arm() };
        return restJsonResponse(await handleOperation(request, context));
      } catch (error) {
        return restJsonErrorResponse(asAwsError(error, 'InternalServerException'));
      }
    },
    close: () => dispatcher.close(),
  };
}

async function handleOperation(request: AwsRequest, context: OperationContext): Promise<object> {
  const { method, url, body } = request;
  if (method === 'GET' && url.pathname === '/schedules') return listSchedules(context, url.searchParams);
  const name = /^\/schedules\/([^/]+)$/.exec(url.pathname)?.[1];
  if (name !== undefined) {
    const group = url.searchParams.get('groupName') ?? 'default';
    switch (method) {
      case 'POST':
        return createSchedule(context, name, readSchedule(name, body, context.now));
      case 'PUT':
        return updateSchedule(context, name, readSchedule(name, body, context.now));
      case 'GET':
        return getSchedule(context, group, name);
      case 'DELETE':
        return deleteSchedule(context, group, name);
    }
  }
  const message = `${method} ${url.pathname} of scheduler is not served here`;
  throw new AwsError('UnknownOperationException', message, 404);
}
