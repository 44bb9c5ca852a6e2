// The stack's scheduler: it starts executions through the AWS endpoint, and reports the schedules that it could not start.
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { AwsService } from '../aws/service.ts';
import type { ScheduledStart } from '../scheduler/schedule.ts';
import { createScheduler } from '../scheduler/scheduler.ts';
import type { Clock } from '../states/model/clock.ts';
import { type ClientConfig, localSettings } from './settings.ts';

export interface StackSchedulerOptions {
  readonly directory: string;
  readonly clientConfig: ClientConfig;
  readonly clock: Clock | undefined;
  readonly note: (line: string) => void;
}

export function createStackScheduler(options: StackSchedulerOptions): AwsService {
  const { directory, clientConfig, clock, note } = options;
  const sfn = new SFNClient(clientConfig);
  return createScheduler({
    directory,
    groups: [localSettings.SCHEDULE_GROUP],
    ...(clock && { clock }),
    startExecution: (start) => startOnce(sfn, start),
    onMissed: ({ name, dueAt }) =>
      note(`The schedule ${name} was due at ${dueAt.toISOString()}, when the stack was down`),
    onFailed: ({ name, dueAt, error }) =>
      note(`The schedule ${name} could not be started at ${dueAt.toISOString()}: ${error}`),
  });
}

/** An attempt that was interrupted may have started it: the name is the same for every attempt. */
async function startOnce(sfn: SFNClient, start: ScheduledStart): Promise<void> {
  try {
    await sfn.send(new StartExecutionCommand(start));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
