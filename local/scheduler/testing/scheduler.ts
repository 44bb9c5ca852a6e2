// What the tests of Scheduler share: the service behind the AWS endpoint, the SDK's own client, and a clock to set.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { createTestClock } from '../../../test/support/test-clock.ts';
import { createAwsServer } from '../../aws/server.ts';
import type { AwsService } from '../../aws/service.ts';
import type { ScheduledStart } from '../schedule.ts';
import { createScheduler } from '../scheduler.ts';

export const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:ai-orchestra-local-digest';
export const ROLE = 'arn:aws:iam::000000000000:role/scheduler';
export const START = Date.parse('2026-01-05T08:00:00Z'); // a Monday

export class TestScheduler {
  readonly clock = createTestClock(START);
  /** The executions started, each with the minute of its start. */
  readonly started: (ScheduledStart & { at: string })[] = [];
  readonly missed: { name: string; dueAt: Date }[] = [];
  readonly failed: { name: string; dueAt: Date; error: unknown }[] = [];
  /** How many of the next StartExecution calls fail. */
  failures = 0;
  readonly client: SchedulerClient;
  readonly #directory: string;
  readonly #server: ReturnType<typeof createAwsServer>;
  #service: AwsService;

  static async start(): Promise<TestScheduler> {
    const directory = await mkdtemp(path.join(tmpdir(), 'scheduler-'));
    const server = createAwsServer();
    return new TestScheduler(directory, server, await server.listen(0));
  }

  private constructor(directory: string, server: ReturnType<typeof createAwsServer>, endpoint: string) {
    this.#directory = directory;
    this.#server = server;
    this.#service = this.#open();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.client = new SchedulerClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  }

  /** As when the process ends. */
  async stop(): Promise<void> {
    await this.#service.close();
  }

  /** As when a process starts on the same directory. */
  open(): void {
    this.#service = this.#open();
  }

  async restart(): Promise<void> {
    await this.stop();
    this.open();
  }

  input(more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput {
    return {
      Name: 'digest',
      ScheduleExpression: 'cron(0 9 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: MACHINE, RoleArn: ROLE, Input: '{"a":1}' },
      ...more,
    };
  }

  create(more?: Partial<CreateScheduleCommandInput>) {
    return this.client.send(new CreateScheduleCommand(this.input(more)));
  }

  get() {
    return this.client.send(new GetScheduleCommand({ Name: 'digest' }));
  }

  /** The minutes at which executions started. */
  starts(): string[] {
    return this.started.map(({ at }) => at);
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.#server.close();
    await this.#service.close();
    await rm(this.#directory, { recursive: true });
  }

  #open(): AwsService {
    const service = createScheduler({
      directory: this.#directory,
      groups: ['team'],
      clock: this.clock,
      startExecution: async (start) => {
        if (this.failures-- > 0) throw new Error('StartExecution is throttled');
        this.started.push({ ...start, at: new Date(this.clock.now()).toISOString().slice(0, 16) });
      },
      onMissed: (schedule) => this.missed.push(schedule),
      onFailed: (schedule) => this.failed.push(schedule),
    });
    this.#server.add(service);
    return service;
  }
}
