// The API's webhooks: what other services send starts workflows.
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { apiHandler } from '../../lib/api/handler.ts';
import { workflowStore } from '../../lib/stores/workflows.ts';
import { receiveWebhook } from '../../lib/triggers/receive-webhook.ts';

const s3 = new S3Client({});
const sfn = new SFNClient({});
const ssm = new SSMClient({});

export const handler = apiHandler('hooks', {
  async receiveWebhook({ params, raw }) {
    const executionId = await receiveWebhook(params.id, raw, { store: workflowStore(s3), sfn, ssm });
    return { status: 202, body: { execution_id: executionId } };
  },
});
