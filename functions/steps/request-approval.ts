// Called by a state machine that waits for a person's decision: stores the approval with its task token.
import { Logger } from '@aws-lambda-powertools/logger';
import { codeFrames, reportable } from '../../lib/actions/invocation/reportable-error.ts';
import { requestApproval } from '../../lib/approvals/request.ts';
import { s3Client, stepFunctionsClient } from '../../lib/aws-clients.ts';
import { OrchestraError, ProviderUnavailable } from '../../lib/errors.ts';
import { approvalStore } from '../../lib/stores/approvals.ts';

const s3 = s3Client();
const sfn = stepFunctionsClient();
const logger = new Logger({ serviceName: 'request-approval' });

/**
 * Errors end up in the execution's history, so that they must not hold anything of the event.
 * @throws InvalidInput, ProviderUnavailable (S3 or Step Functions cannot be reached; Retry tries again)
 */
export async function handler(event: unknown): Promise<{ readonly approval_id: string }> {
  try {
    return await requestApproval(event, { store: approvalStore(s3), sfn });
  } catch (error) {
    logger.error('approval', { frames: codeFrames(error) });
    if (error instanceof OrchestraError) throw reportable(error, []);
    throw reportable(new ProviderUnavailable('The approval could not be stored'), []);
  }
}
