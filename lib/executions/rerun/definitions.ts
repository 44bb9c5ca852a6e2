// The definitions that a rerun may follow: that of the run before, and that of the workflow now.
import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import type { Definition } from '../../compiler/asl/definition.ts';
import { isObject } from '../../json.ts';
import type { WorkflowDocument, WorkflowStore } from '../../stores/workflows.ts';
import { isExpress } from '../../workflow-format/workflow.ts';
import { workflowGone } from './publish.ts';

/** @throws ApiProblem not-rerunnable when Step Functions does not have it any more */
export async function definitionThatRan(
  executionArn: string,
  workflowId: string,
  sfn: Pick<SFNClient, 'send'>,
): Promise<Definition> {
  try {
    const { definition } = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    return readDefinition(definition);
  } catch (error) {
    if (error instanceof StateMachineDoesNotExist) throw workflowGone(workflowId, { cause: error });
    throw error;
  }
}

/** @throws ApiProblem not-rerunnable when the workflow was deleted */
export async function definitionNow(
  workflowId: string,
  store: WorkflowStore,
  sfn: Pick<SFNClient, 'send'>,
): Promise<{ readonly definition: Definition; readonly document: WorkflowDocument }> {
  const stored = await store.read(workflowId);
  if (!stored || isExpress(stored.document.workflow)) throw workflowGone(workflowId);
  const stateMachineArn = stored.document.state_machine_version_arn;
  const { definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  return { definition: readDefinition(definition), document: stored.document };
}

/** @throws TypeError when it is none that the compiler wrote */
export function readDefinition(text: string | undefined): Definition {
  const value: unknown = JSON.parse(text ?? 'null');
  if (isDefinition(value)) return value;
  throw new TypeError('The state machine has a definition that the compiler did not write');
}

/** What Step Functions runs was written by the compiler and accepted by Step Functions: its states are not looked at again. */
function isDefinition(value: unknown): value is Definition {
  return (
    isObject(value) &&
    value['QueryLanguage'] === 'JSONata' &&
    typeof value['Comment'] === 'string' &&
    typeof value['StartAt'] === 'string' &&
    isObject(value['States'])
  );
}
