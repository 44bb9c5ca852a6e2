// Runs an Express workflow synchronously. Step Functions reports the execution once, in the answer.
import type { S3Client } from '@aws-sdk/client-s3';
import {
  type SFNClient,
  SFNServiceException,
  StartSyncExecutionCommand,
  type StartSyncExecutionOutput,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
} from '@aws-sdk/client-sfn';
import { executionId } from '../arns.ts';
import type { ErrorLog } from '../error-log.ts';
import { ApiProblem } from '../problem.ts';
import { workflowNotFound } from '../stores/workflow-not-found.ts';
import type { WorkflowDocument } from '../stores/workflows.ts';
import { type Execution, executionView } from './execution.ts';
import { EXPRESS_WRITE_MS, expressLogOf, writeExpressLog } from './express-log.ts';
import { expressName } from './express-name.ts';
import { namedStep } from './failed-step.ts';
import { RunIndex } from './run-index.ts';
import { endedRow } from './run-rows.ts';

/** Longer than a run may take (lib/compiler/check/express.ts), and shorter than the Lambda's own timeout. */
const ANSWER_TIMEOUT_MS = 26_500;

export interface ExpressDependencies {
  /** From syncStatesClient (lib/aws-clients.ts). */
  readonly syncSfn: Pick<SFNClient, 'send'>;
  readonly s3: Pick<S3Client, 'send'>;
  readonly logger: ErrorLog;
  readonly now: () => Date;
}

/**
 * A failure to write the execution's log does not undo the run: it goes to the function's own log, and the result is
 * returned all the same.
 * @param input JSON text that fits the workflow's inputs
 * @param user who starts it
 * @throws ApiProblem not-found, unavailable
 */
export async function runExpress(
  document: WorkflowDocument,
  input: string,
  user: string,
  { syncSfn, s3, logger, now }: ExpressDependencies,
): Promise<Execution> {
  const workflowId = document.workflow.id;
  const startDate = now();
  const name = expressName(startDate);
  const id = executionId(workflowId, name);
  const answer = await startSync(document, name, input, syncSfn);
  // The name holds the start by this function's clock; that of Step Functions may be slightly behind.
  const stopDate = new Date(Math.max(startDate.getTime(), (answer.stopDate ?? now()).getTime()));
  const view = executionView(
    { id, workflowId, name },
    { ...answer, input, startDate, stopDate },
    document.version,
    // There is no history.
    namedStep(answer),
  );
  const execution: Execution = { ...view, trigger: { type: 'api', user } };
  const row = endedRow(expressLogOf(execution));
  const written = Promise.all([
    writeExpressLog(execution, name, s3),
    new RunIndex(s3).add(row, AbortSignal.timeout(EXPRESS_WRITE_MS)),
  ]);
  await written.catch((error: unknown) => {
    logger.error('The log of an Express execution could not be written', {
      instance: `/executions/${id}`,
      error: error instanceof Error ? error : String(error),
    });
  });
  return execution;
}

async function startSync(
  document: WorkflowDocument,
  name: string,
  input: string,
  client: Pick<SFNClient, 'send'>,
): Promise<StartSyncExecutionOutput> {
  const stateMachineArn = document.state_machine_version_arn;
  try {
    return await client.send(new StartSyncExecutionCommand({ stateMachineArn, name, input }), {
      abortSignal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
  } catch (error) {
    // The workflow was deleted after its document had been read; another one may have taken its id.
    if (
      error instanceof StateMachineDoesNotExist ||
      error instanceof StateMachineDeleting ||
      error instanceof StateMachineTypeNotSupported
    ) {
      throw workflowNotFound(document.workflow.id, { cause: error });
    }
    // Step Functions has refused to start it, for example by throttling.
    if (error instanceof SFNServiceException && error.$fault === 'client') throw error;
    throw new ApiProblem(
      'unavailable',
      'Step Functions returned no result. Whether the workflow ran is unknown: check its effects before you start it again',
      { cause: error },
    );
  }
}
