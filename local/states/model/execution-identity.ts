// What is known of an execution from its start, and does not change while it runs.

export interface ExecutionIdentity {
  /** The store's key. */
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  /** The published version that was started. */
  readonly version: number | undefined;
  /** The ARN of the alias that was started. */
  readonly alias: string | undefined;
  readonly roleArn: string;
  /** The key of the revision that it runs. */
  readonly revision: number;
  /** Of a child execution. */
  readonly mapRun?: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** JSON text. */
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly redriveCount: number;
  /** When it was last redriven, milliseconds since 1970. */
  readonly redrivenAt: number | undefined;
}
