// The API's webhooks: what other services send starts workflows.
import { Logger } from '@aws-lambda-powertools/logger';
import { apiHandler } from '../../lib/api/handler.ts';
import { hookRoutes } from '../../lib/api/routes/hooks.ts';
import { s3Client, stepFunctionsClient } from '../../lib/aws-clients.ts';
import { workflowStore } from '../../lib/stores/workflows.ts';
import { receiveWebhook } from '../../lib/triggers/receive-webhook.ts';
import { RefusedDeliveries } from '../../lib/triggers/refused-deliveries.ts';

const s3 = s3Client();
const sfn = stepFunctionsClient();
// One for the life of the container: it remembers what takes no more.
let refusals: RefusedDeliveries | undefined;
const refusedDeliveries = () => {
  refusals ??= new RefusedDeliveries({ s3 });
  return refusals;
};
const logger = new Logger({ serviceName: 'api-hooks' });

export const handler = apiHandler(
  'hooks',
  hookRoutes,
  {
    async receiveWebhook({ params, raw }) {
      const answer = await receiveWebhook(params.id, raw, {
        store: workflowStore(s3),
        sfn,
        log: logger,
        refusals: refusedDeliveries(),
      });
      if ('text' in answer)
        return { status: 200, body: answer.text, headers: { 'content-type': answer.contentType } };
      if (answer.wantsEmptyAnswer) return { status: 200, body: '', headers: {} };
      return { status: 202, body: { execution_id: answer.executionId } };
    },

    async listRefusals({ params, query }) {
      return { status: 200, body: { items: await refusedDeliveries().latest(params.id, query.limit) } };
    },
  },
  { logger },
);
