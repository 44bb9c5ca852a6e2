// Saving with schedules for tests: two workflows, clients that break, and the schedules that there are.
import { S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { type WorkflowDocument, workflowStore } from '../../lib/stores/workflows.ts';
import { desiredSchedules } from '../../lib/triggers/desired-schedules.ts';

/** What time it is for saves and for Scheduler. */
export const NOW = new Date('2026-03-01T10:20:30Z');
export const now = () => NOW;

export const workflow = (id: string, text: string, triggers: object[]) => ({
  id,
  inputs: { name: { type: 'string', default: 'Ada' } },
  triggers,
  steps: [{ id: 'text', transform: text }],
});
/** One trigger is kept with another input, one changes its time, one goes. */
export const oldWorkflow = (id: string) =>
  workflow(id, 'old', [
    { schedule: 'cron(0 9 * * ? *)', timezone: 'Europe/Berlin' },
    { schedule: 'rate(1 hour)' },
    { schedule: 'cron(0 6 1 * ? *)', enabled: false },
  ]);
export const newWorkflow = (id: string) =>
  workflow(id, 'new', [
    { schedule: 'cron(0 9 * * ? *)', timezone: 'Europe/Berlin', input: { name: 'Grace' } },
    { schedule: 'rate(2 hours)' },
    { schedule: 'cron(0 7 1 * ? *)' },
  ]);

/** Clients of which one call breaks; `attempts` tells how many there were. */
export function breaking(at: number, how: 'refused' | 'answer lost' | 'crash') {
  let attempts = 0;
  const wrap = <Client extends { send(command: never): Promise<unknown> }>(client: Client) => ({
    async send(command: Parameters<Client['send']>[0]) {
      const call = attempts++;
      if (call === at && how === 'answer lost') await client.send(command);
      if (call === at || (call > at && how === 'crash')) throw new Error('broken');
      return client.send(command);
    },
  });
  // The wrapper passes a command on and gives back what came: it has the client's own overloads.
  const of = <Client extends { send(command: never): Promise<unknown> }>(client: Client) =>
    wrap(client) as unknown as Pick<Client, 'send'>;
  return {
    attempts: () => attempts,
    dependencies: {
      store: workflowStore(of(new S3Client({}))),
      sfn: of(new SFNClient({})),
      scheduler: of(new SchedulerClient({})),
      now,
    },
  };
}

export const read = async (id: string) => (await workflowStore().read(id))?.document;

/** The schedules that there are, as what says when and what they start. */
export async function schedules(id: string) {
  const scheduler = new SchedulerClient({});
  const { Schedules = [] } = await scheduler.send(
    new ListSchedulesCommand({ GroupName: 'ai-orchestra-local', NamePrefix: `${id}.` }),
  );
  const all = Schedules.map(async ({ Name }) => {
    const found = await scheduler.send(new GetScheduleCommand({ Name, GroupName: 'ai-orchestra-local' }));
    return summary(found);
  });
  return (await Promise.all(all)).sort((a, b) => (`${a.name}` < `${b.name}` ? -1 : 1));
}
interface Fields {
  Name?: string | undefined;
  ScheduleExpression?: string | undefined;
  State?: string | undefined;
  StartDate?: Date | undefined;
  Target?: { Arn?: string | undefined; Input?: string | undefined } | undefined;
}
const summary = ({ Name, ScheduleExpression, State, StartDate, Target }: Fields) => ({
  name: Name,
  schedule: ScheduleExpression,
  state: State,
  start: StartDate?.toISOString(),
  version: started(Target?.Input).StateMachineArn,
  input: started(Target?.Input).Input,
});
const startParameters = z.object({ StateMachineArn: z.string(), Input: z.string() });
const started = (Input = '') => startParameters.parse(JSON.parse(Input));
export const desiredBy = (document: WorkflowDocument | undefined, at = NOW) =>
  document ? [...desiredSchedules(document, at.getTime()).values()].map(summary).sort(byName) : [];
const byName = (a: { name: string | undefined }, b: { name: string | undefined }) =>
  `${a.name}` < `${b.name}` ? -1 : 1;
