// The workflow that an execution runs, as far as its definition records it.
import {
  DescribeStateMachineForExecutionCommand,
  ExecutionDoesNotExist,
  type IncludedData,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { hasOnFailure, kindsOfSteps, rerunOf, workflowVersion } from '../compiler/asl/definition.ts';

export interface ExecutedWorkflow {
  readonly version: number | null;
  /** By step id the action or kind of each step. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly hasOnFailure: boolean;
  /** The id of the execution that it is a rerun of. */
  readonly rerunOf: string | null;
}

/** How many definitions are remembered. */
const MAX_DEFINITIONS = 100;

const definitionShape = z.object({ Comment: z.string().catch('') });

/** Reads each definition once. */
export class ExecutedWorkflows {
  readonly #known = new Map<string, ExecutedWorkflow>();

  /** The result is empty when Step Functions does not have the definition any more. */
  async ofExecution(executionArn: string, client: Pick<SFNClient, 'send'>): Promise<ExecutedWorkflow> {
    try {
      const describe = (includedData: IncludedData) =>
        client.send(new DescribeStateMachineForExecutionCommand({ executionArn, includedData }));
      // A definition may have a megabyte: one that is known is not requested again.
      const isFirst = this.#known.size === 0;
      const described = await describe(isFirst ? 'ALL_DATA' : 'METADATA_ONLY');
      const { stateMachineArn, revisionId, updateDate } = described;
      // A state machine that is created again under its old name has another date.
      const key = [stateMachineArn, revisionId, updateDate?.getTime()].join(' ');
      const workflow = this.#known.get(key) ?? workflowOf(isFirst ? described : await describe('ALL_DATA'));
      // A Map keeps the order of insertion: the most recently used comes last.
      this.#known.delete(key);
      this.#known.set(key, workflow);
      const [oldest] = this.#known.keys();
      if (this.#known.size > MAX_DEFINITIONS && oldest !== undefined) this.#known.delete(oldest);
      return workflow;
    } catch (error) {
      if (!(error instanceof ExecutionDoesNotExist || error instanceof StateMachineDoesNotExist)) throw error;
      return { version: null, kinds: new Map(), hasOnFailure: false, rerunOf: null };
    }
  }
}

/** The compiler writes version and kinds into comments. */
function workflowOf({ definition = '{}' }: { readonly definition?: string | undefined }): ExecutedWorkflow {
  const value: unknown = JSON.parse(definition);
  const { Comment } = definitionShape.parse(value);
  return {
    version: workflowVersion(Comment) ?? null,
    kinds: kindsOfSteps(value),
    hasOnFailure: hasOnFailure(value),
    rerunOf: rerunOf(Comment) ?? null,
  };
}

/** The version of the workflow that an execution runs; null when it is unknown. */
export async function versionOfExecution(
  executionArn: string,
  client: Pick<SFNClient, 'send'>,
): Promise<number | null> {
  return (await new ExecutedWorkflows().ofExecution(executionArn, client)).version;
}
