// Reads workflows: one, a page of them, or the definition that one compiled into.
import { DescribeStateMachineCommand, SFNClient, StateMachineDoesNotExist } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from '../stores/cursor.ts';
import type { Stored } from '../stores/document-store.ts';
import { workflowNotFound } from '../stores/workflow-not-found.ts';
import { type WorkflowDocument, type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { WORKFLOW_ID } from '../workflow-format/names.ts';

/** @throws ApiProblem not-found */
export async function readWorkflow(
  id: string,
  store: WorkflowStore = workflowStore(),
): Promise<Stored<WorkflowDocument>> {
  const stored = await store.read(id);
  if (!stored) throw workflowNotFound(id);
  return stored;
}

export interface WorkflowsPage {
  readonly workflows: readonly WorkflowDocument[];
  readonly nextCursor: string | null;
}

/** @throws ApiProblem invalid-request when the cursor is not one of this list */
export async function listWorkflows(
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  store: WorkflowStore = workflowStore(),
): Promise<WorkflowsPage> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, z.string().regex(WORKFLOW_ID));
  const { ids, next } = await store.ids({ limit, after });
  const stored = await Promise.all(ids.map((id) => store.read(id)));
  return {
    // One that was deleted since the keys were listed is left out.
    workflows: stored.flatMap((one) => (one ? [one.document] : [])),
    nextCursor: next === undefined ? null : encodeCursor(next),
  };
}

/**
 * The definition that new executions of the workflow run, in Amazon States Language, as Step Functions has it.
 * @throws ApiProblem not-found
 */
export async function readDefinition(
  id: string,
  {
    store = workflowStore(),
    sfn = new SFNClient({}),
  }: { readonly store?: WorkflowStore; readonly sfn?: Pick<SFNClient, 'send'> } = {},
): Promise<Record<string, unknown>> {
  const { document } = await readWorkflow(id, store);
  try {
    const { definition = '{}' } = await sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: document.state_machine_version_arn }),
    );
    return z.record(z.string(), z.unknown()).parse(JSON.parse(definition));
  } catch (error) {
    // It was deleted since its document was read.
    if (error instanceof StateMachineDoesNotExist) throw workflowNotFound(id, { cause: error });
    throw error;
  }
}
