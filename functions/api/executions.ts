// The API's executions: start, list, read, stop.
import { Logger } from '@aws-lambda-powertools/logger';
import { apiHandler } from '../../lib/api/handler.ts';
import { executionRoutes } from '../../lib/api/routes/executions.ts';
import { s3Client, stepFunctionsClient } from '../../lib/aws-clients.ts';
import { listExecutions } from '../../lib/executions/list.ts';
import { readExecution, readExecutionLog } from '../../lib/executions/read.ts';
import { RecentDurations } from '../../lib/executions/recent-durations.ts';
import { syncStatesClient } from '../../lib/executions/run-express.ts';
import { type StartRequest, startExecution } from '../../lib/executions/start.ts';
import { stopExecution } from '../../lib/executions/stop.ts';
import { waitPreference } from '../../lib/executions/wait-preference.ts';
import { type WorkflowStore, workflowStore } from '../../lib/stores/workflows.ts';

const s3 = s3Client();
const sfn = stepFunctionsClient();
const express = { s3, syncSfn: syncStatesClient(), logger: new Logger({ serviceName: 'api-executions' }) };
const durations = new RecentDurations();
// One for the life of the container: it caches what it has parsed.
let store: WorkflowStore | undefined;

export const handler = apiHandler('executions', executionRoutes, {
  executeWorkflow({ body, headers }) {
    return started(
      { workflowId: body.workflow_id, input: body.variables, inputPointer: '/variables' },
      headers,
    );
  },

  startExecution({ params, body, headers }) {
    return started({ workflowId: params.id, input: body?.input ?? {}, inputPointer: '/input' }, headers);
  },

  async listExecutions({ query }) {
    const { items, nextCursor } = await listExecutions(query, { store: workflowStore(s3), sfn, s3 });
    return { status: 200, body: { items, next_cursor: nextCursor } };
  },

  async getExecution({ params }) {
    return { status: 200, body: await readExecution(params.id, { s3, sfn }) };
  },

  async getExecutionLog({ params }) {
    return { status: 200, body: await readExecutionLog(params.id, { s3, sfn }) };
  },

  async stopExecution({ params, body, user = '' }) {
    return { status: 202, body: await stopExecution(params.id, user, body?.reason, { s3, sfn }) };
  },
});

interface StartHeaders {
  readonly prefer?: string | undefined;
  readonly 'idempotency-key'?: string | undefined;
}

async function started(request: StartRequest, { prefer, 'idempotency-key': idempotencyKey }: StartHeaders) {
  const waitSeconds = waitPreference(prefer);
  store ??= workflowStore(s3);
  const { execution, isResult, waited } = await startExecution(
    { ...request, idempotencyKey, waitSeconds },
    { store, sfn, durations, express },
  );
  const headers = {
    location: `/executions/${encodeURIComponent(execution.id)}`,
    ...(waited !== undefined && { 'preference-applied': `wait=${waited}` }),
  };
  return { status: isResult ? (200 as const) : (202 as const), body: execution, headers };
}
