// An account as the checks use it: state machines of names of their own, short executions, and everything removed again.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';

/** The name of everything that is created begins with it. */
export const PREFIX = 'ai-orchestra-verify';

const POLL_MS = 200;
const MAX_POLLS = 300;

/** How an execution has ended. */
export interface End {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

export interface Account {
  readonly sfn: Pick<SFNClient, 'send'>;
  readonly roleArn: string;
  /** Whether the role is that of role.ts, whose permissions IAM holds. */
  readonly hasOwnRole: boolean;
  /** Of a deployed API; undefined where none was named. */
  readonly apiUrl: string | undefined;
  /** Creates a state machine of a name of its own, and gives the ARN of its first version. */
  createMachine(states: object, type?: 'STANDARD' | 'EXPRESS'): Promise<Machine>;
  /** The execution's end. */
  run(stateMachineArn: string, input?: unknown): Promise<End & { readonly arn: string }>;
  /** Waits for the end of an execution. */
  endOf(executionArn: string): Promise<End>;
  /** Creates a state machine of the states, and runs it once. */
  runStates(states: object, input?: unknown): Promise<End>;
  removeAll(): Promise<void>;
}

export interface Machine {
  readonly arn: string;
  readonly versionArn: string;
}

interface Target {
  readonly sfn: Pick<SFNClient, 'send'>;
  readonly roleArn: string;
  readonly hasOwnRole: boolean;
  readonly apiUrl: string | undefined;
  /** Tells the names of this call apart from those of others. */
  readonly id: string;
}

export function openAccount({ sfn, roleArn, hasOwnRole, apiUrl, id }: Target): Account {
  const created: string[] = [];
  const account: Account = {
    sfn,
    roleArn,
    hasOwnRole,
    apiUrl,
    async createMachine(states, type = 'STANDARD') {
      const answer = await sfn.send(
        new CreateStateMachineCommand({
          name: `${PREFIX}-${id}-${created.length + 1}`,
          definition: JSON.stringify({ QueryLanguage: 'JSONata', ...states }),
          roleArn,
          type,
          publish: true,
        }),
      );
      const { stateMachineArn: arn = '', stateMachineVersionArn: versionArn = '' } = answer;
      created.push(arn);
      return { arn, versionArn };
    },
    async run(stateMachineArn, input = {}) {
      const started = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
      );
      const arn = started.executionArn ?? '';
      return { arn, ...(await account.endOf(arn)) };
    },
    async endOf(executionArn) {
      for (let polls = 0; polls < MAX_POLLS; polls += 1) {
        const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        const { status = '', output, error, cause } = described;
        if (status !== 'RUNNING') {
          return { status, output: output === undefined ? undefined : JSON.parse(output), error, cause };
        }
        await sleep(POLL_MS);
      }
      throw new Error(`The execution ${executionArn} did not end in ${(POLL_MS * MAX_POLLS) / 1000} seconds`);
    },
    async runStates(states, input) {
      const { arn } = await account.createMachine(states);
      return account.run(arn, input);
    },
    async removeAll() {
      const gone = created
        .splice(0)
        .map((stateMachineArn) => sfn.send(new DeleteStateMachineCommand({ stateMachineArn })));
      await Promise.all(gone);
    },
  };
  return account;
}
