// The API's executions: start, list, read, stop.
import { Logger } from '@aws-lambda-powertools/logger';
import { apiHandler } from '../../lib/api/handler.ts';
import { executionRoutes } from '../../lib/api/routes/executions.ts';
import { s3Client, stepFunctionsClient, syncStatesClient } from '../../lib/aws-clients.ts';
import { listIterations, readIterationSteps } from '../../lib/executions/iterations.ts';
import { KnownConnections } from '../../lib/executions/known-connections.ts';
import { KnownLogs } from '../../lib/executions/known-logs.ts';
import { largeValueAddress } from '../../lib/executions/large-value-address.ts';
import { listExecutions } from '../../lib/executions/list.ts';
import { LostEnds } from '../../lib/executions/lost-ends.ts';
import {
  readExecution,
  readExecutionLog,
  readRecordedRun,
  readTaggedLog,
} from '../../lib/executions/read.ts';
import { RecentDurations } from '../../lib/executions/recent-durations.ts';
import { readRecordedWorkflow } from '../../lib/executions/recorded-workflow.ts';
import { RunIndex } from '../../lib/executions/run-index.ts';
import { summarizeRuns } from '../../lib/executions/runs-summary.ts';
import { type StartRequest, startExecution } from '../../lib/executions/start.ts';
import { findStep, stepsPage } from '../../lib/executions/steps.ts';
import { stopExecution } from '../../lib/executions/stop.ts';
import { waitPreference } from '../../lib/executions/wait-preference.ts';
import { runFacts } from '../../lib/schemas/execution-steps.ts';
import { type WorkflowStore, workflowStore } from '../../lib/stores/workflows.ts';

const DAY_MS = 86_400_000;

const s3 = s3Client();
const sfn = stepFunctionsClient();
const express = { s3, syncSfn: syncStatesClient(), logger: new Logger({ serviceName: 'api-executions' }) };
const durations = new RecentDurations();
const connections = new KnownConnections();
// For the life of the container: runs that are polled are not read anew each time.
const reading = { s3, sfn, known: new KnownLogs() };
const lostEnds = new LostEnds({ s3, sfn });
// One for the life of the container: it caches what it has parsed.
let store: WorkflowStore | undefined;

export const handler = apiHandler('executions', executionRoutes, {
  executeWorkflow({ body, headers, user = '' }) {
    return started(
      { workflowId: body.workflow_id, user, input: body.variables, inputPointer: '/variables' },
      headers,
    );
  },

  startExecution({ params, body, headers, user = '' }) {
    return started(
      { workflowId: params.id, user, input: body?.input ?? {}, inputPointer: '/input' },
      headers,
    );
  },

  async listExecutions({ query }) {
    const { items, nextCursor } = await listExecutions(query, new RunIndex(s3), lostEnds.mended);
    return { status: 200, body: { items, next_cursor: nextCursor } };
  },

  async summarizeExecutions({ query }) {
    const since = query.since === undefined ? new Date(Date.now() - DAY_MS) : new Date(query.since);
    return { status: 200, body: await summarizeRuns(since, new RunIndex(s3), lostEnds.mended) };
  },

  async getExecution({ params }) {
    return { status: 200, body: await readExecution(params.id, reading) };
  },

  async getExecutionLog({ params }) {
    return { status: 200, body: await readExecutionLog(params.id, reading) };
  },

  async listSteps({ params: { id }, query, headers }) {
    const { iteration } = query;
    // The tag tells nothing about what happens within an iteration that is an execution of its own.
    const known = iteration === undefined ? headers['if-none-match'] : undefined;
    const { log, tag } = await readTaggedLog(id, known, reading);
    const etag = tag === undefined || iteration !== undefined ? {} : { etag: tag };
    if (!log) return { status: 304, headers: etag };
    const steps = iteration === undefined ? log.steps : await readIterationSteps(id, iteration, sfn);
    const { items, total, nextCursor } = stepsPage(steps, query, query);
    const execution = runFacts.parse(log);
    return { status: 200, body: { items, total, next_cursor: nextCursor, execution }, headers: etag };
  },

  async getStep({ params: { id, step }, query: { index, iteration } }) {
    const log = await readExecutionLog(id, reading);
    const steps = iteration === undefined ? log.steps : await readIterationSteps(id, iteration, sfn);
    return { status: 200, body: findStep(log, steps, step, index) };
  },

  async listIterations({ params, query }) {
    const log = await readExecutionLog(params.id, reading);
    const { items, nextCursor } = await listIterations(log, query, sfn);
    return { status: 200, body: { items, next_cursor: nextCursor } };
  },

  async getRecordedWorkflow({ params: { id } }) {
    const run = await readRecordedRun(id, reading);
    const { document, currentVersion } = await readRecordedWorkflow(run, s3);
    const { workflow, version, updated_at, updated_by } = document;
    const workflow_id = run.workflowId;
    const body = { workflow_id, workflow, version, updated_at, updated_by, current_version: currentVersion };
    return { status: 200, body };
  },

  async getLargeValue({ params: { owner, content }, query: { filename } }) {
    return { status: 200, body: await largeValueAddress(`${owner}/${content}`, filename) };
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
    { store, sfn, durations, express, connections },
  );
  const headers = {
    location: `/executions/${encodeURIComponent(execution.id)}`,
    ...(waited !== undefined && { 'preference-applied': `wait=${waited}` }),
  };
  return { status: isResult ? (200 as const) : (202 as const), body: execution, headers };
}
