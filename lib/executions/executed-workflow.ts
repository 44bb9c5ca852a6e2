// What the definition that an execution runs tells of its workflow.
import {
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  type IncludedData,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { hasOnFailure, kindsOfSteps, workflowVersion } from '../compiler/asl/definition.ts';

export interface WorkflowThatRan {
  readonly version: number | null;
  /** By step id the action or kind of each step. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly hasOnFailure: boolean;
}

/** How many definitions are remembered. */
const MAX_DEFINITIONS = 100;

const definitionShape = z.object({ Comment: z.string().catch('') });

/** What definitions tell of their workflows, each read once. */
export class RanWorkflows {
  readonly #known = new Map<string, WorkflowThatRan>();

  /** Nothing is known of the workflow when Step Functions has its definition no more. */
  async ofExecution(executionArn: string, client: Pick<SFNClient, 'send'>): Promise<WorkflowThatRan> {
    try {
      const describe = (includedData: IncludedData) =>
        client.send(new DescribeStateMachineForExecutionCommand({ executionArn, includedData }));
      // A definition may have a megabyte: one that has been read is not asked for again.
      const isFirst = this.#known.size === 0;
      const described = await describe(isFirst ? 'ALL_DATA' : 'METADATA_ONLY');
      const { stateMachineArn, revisionId, updateDate } = described;
      // A state machine that is made anew under its old name has another date.
      const key = [stateMachineArn, revisionId, updateDate?.getTime()].join(' ');
      const workflow = this.#known.get(key) ?? workflowOf(isFirst ? described : await describe('ALL_DATA'));
      // A Map keeps the order of insertion: the last used stands last.
      this.#known.delete(key);
      this.#known.set(key, workflow);
      const [oldest] = this.#known.keys();
      if (this.#known.size > MAX_DEFINITIONS && oldest !== undefined) this.#known.delete(oldest);
      return workflow;
    } catch (error) {
      if (!(error instanceof ExecutionDoesNotExist || error instanceof StateMachineDoesNotExist)) throw error;
      return { version: null, kinds: new Map(), hasOnFailure: false };
    }
  }
}

/** The compiler writes version and kinds into comments. */
function workflowOf({ definition = '{}' }: { readonly definition?: string | undefined }): WorkflowThatRan {
  const value: unknown = JSON.parse(definition);
  const { Comment } = definitionShape.parse(value);
  return {
    version: workflowVersion(Comment) ?? null,
    kinds: kindsOfSteps(value),
    hasOnFailure: hasOnFailure(value),
  };
}

/** The version of the workflow that an execution runs; null when it is not known any more. */
export async function versionOfExecution(
  executionArn: string,
  client: Pick<SFNClient, 'send'>,
): Promise<number | null> {
  return (await new RanWorkflows().ofExecution(executionArn, client)).version;
}
