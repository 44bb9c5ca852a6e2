// The API's executions that go on or run again: redrive, rerun.
import { apiHandler } from '../../lib/api/handler.ts';
import { rerunRoutes } from '../../lib/api/routes/executions.ts';
import { s3Client, stepFunctionsClient } from '../../lib/aws-clients.ts';
import { redriveExecution } from '../../lib/executions/rerun/redrive.ts';
import { rerunExecution } from '../../lib/executions/rerun/rerun.ts';
import { workflowStore } from '../../lib/stores/workflows.ts';

const s3 = s3Client();
const sfn = stepFunctionsClient();

export const handler = apiHandler('reruns', rerunRoutes, {
  async redriveExecution({ params, headers, user = '' }) {
    const execution = await redriveExecution({ id: params.id, user }, headers['idempotency-key'], {
      s3,
      sfn,
      store: workflowStore(s3),
    });
    return { status: 202, body: execution };
  },

  async rerunExecution({ params, headers, body, user = '' }) {
    const { from, input, workflow = 'recorded' } = body ?? {};
    const request = {
      id: params.id,
      user,
      from,
      input,
      workflow,
      idempotencyKey: headers['idempotency-key'],
    };
    const execution = await rerunExecution(request, { s3, sfn, store: workflowStore(s3) });
    return {
      status: 202,
      body: execution,
      headers: { location: `/executions/${encodeURIComponent(execution.id)}` },
    };
  },
});
