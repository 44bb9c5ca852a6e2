// Routes of executions: start, read, stop, redrive, rerun.
import * as z from 'zod';
import { workflowId } from '../../schemas/common.ts';
import { executionLog, stepLog } from '../../schemas/execution-log.ts';
import {
  iterationPage,
  iterationsQuery,
  recordedWorkflow,
  stepId,
  stepPage,
  stepQuery,
  stepsQuery,
} from '../../schemas/execution-steps.ts';
import {
  executeBody,
  execution,
  executionId,
  executionPage,
  executionsQuery,
  redriveHeaders,
  rerunBody,
  rerunHeaders,
  runsSummary,
  runsSummaryQuery,
  startBody,
  startHeaders,
  stopBody,
} from '../../schemas/executions.ts';
import { largeValueAddress, largeValueParams, largeValueQuery } from '../../schemas/large-values.ts';
import type { Route } from './route.ts';

const common = { function: 'executions', tag: 'executions' } as const;
const params = z.object({ id: executionId });

const startHeadersOut = {
  location: 'Path of the execution',
  'preference-applied':
    '`wait=<seconds>` when a wait was asked for and the workflow is not an Express workflow',
};
const started = {
  description:
    'Repeating the request with the same `Idempotency-Key` gives the same execution, also after it has ended; another input under that key is refused. An Express workflow is always answered with the execution that has ended, whatever `Prefer` says, and an `Idempotency-Key` is refused: Step Functions does not remember its runs. A 503 may then mean that the run took place.',
  headers: startHeaders,
  answers: {
    200: {
      description: 'It ended within the time waited, or is one of an Express workflow',
      body: execution,
      headers: startHeadersOut,
    },
    202: { description: 'It runs', body: execution, headers: startHeadersOut },
  },
  problems: [
    'not-found',
    'connection-missing',
    'connection-unusable',
    'invalid-input',
    'idempotency-key-reused',
  ],
} as const;

export const executionRoutes = [
  {
    ...common,
    ...started,
    operation: 'executeWorkflow',
    method: 'POST',
    path: '/workflows/execute',
    role: 'editor',
    summary: 'Starts an execution of the workflow named in the body',
    body: executeBody,
    exactNumbers: true,
  },
  {
    ...common,
    ...started,
    operation: 'startExecution',
    method: 'POST',
    path: '/workflows/{id}/executions',
    role: 'editor',
    summary: 'Starts an execution of a workflow; without a body it has no input',
    params: z.object({ id: workflowId }),
    body: startBody.optional(),
    exactNumbers: true,
  },
  {
    ...common,
    operation: 'listExecutions',
    method: 'GET',
    path: '/executions',
    role: 'viewer',
    summary: 'Lists executions, the latest first',
    description:
      'A start or an end is listed within seconds, as Step Functions tells of it; GET /executions/{id} knows it at once. A page may have fewer items than `limit`, or none, and still a `next_cursor`: of several filters, and for `step`, `id` and the status `succeeded`, it holds what fits among the next thousand executions. Executions of deleted workflows stay listed, as their logs stay.',
    query: executionsQuery,
    answers: { 200: { description: 'A page of executions', body: executionPage } },
    problems: [],
  },
  {
    ...common,
    operation: 'summarizeExecutions',
    method: 'GET',
    path: '/executions/summary',
    role: 'viewer',
    summary: 'Tells which executions failed of late, by error and step, and how many run',
    query: runsSummaryQuery,
    answers: { 200: { description: 'The summary', body: runsSummary } },
    problems: [],
  },
  {
    ...common,
    operation: 'getExecution',
    method: 'GET',
    path: '/executions/{id}',
    role: 'viewer',
    summary: 'Gives an execution with its input and, when it has ended, its output or error',
    params,
    answers: { 200: { description: 'The execution', body: execution } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'getExecutionLog',
    method: 'GET',
    path: '/executions/{id}/log',
    role: 'viewer',
    summary: 'Gives the log of an execution, step by step, also while it runs',
    description:
      'While it runs the log has the steps so far; the iterations of distributed loops are added when the run has ended. For an Express workflow it has no steps: Step Functions keeps no history of its executions.',
    params,
    answers: { 200: { description: 'The log', body: executionLog.meta({ id: 'ExecutionLog' }) } },
    problems: ['not-found', 'log-not-written'],
  },
  {
    ...common,
    operation: 'listSteps',
    method: 'GET',
    path: '/executions/{id}/steps',
    role: 'viewer',
    summary: 'Lists the steps of an execution in short, in the order in which they began, also while it runs',
    description:
      'The steps without their inputs and outputs, and of each loop the states of its iterations. Send the `ETag` as `If-None-Match` to be answered 304 when nothing has happened since. Of a distributed loop the log has at most 100 iterations; GET /executions/{id}/iterations lists all, and `iteration` gives the steps of any.',
    params,
    query: stepsQuery,
    headers: z.object({
      'if-none-match': z.string().max(4096).optional().describe('The ETag that was read'),
    }),
    answers: {
      200: {
        description: 'A page of steps',
        body: stepPage,
        headers: { etag: 'Send it as `If-None-Match`' },
      },
      304: { description: 'Nothing has happened since', headers: { etag: 'The same' } },
    },
    problems: ['not-found', 'log-not-written'],
  },
  {
    ...common,
    operation: 'getStep',
    method: 'GET',
    path: '/executions/{id}/steps/{step}',
    role: 'viewer',
    summary:
      'Gives a step of an execution with its input, output, error, failed attempts and an agent’s turns',
    params: params.extend({ step: stepId }),
    query: stepQuery,
    answers: { 200: { description: 'The step', body: stepLog.meta({ id: 'StepLog' }) } },
    problems: ['not-found', 'log-not-written'],
  },
  {
    ...common,
    operation: 'listIterations',
    method: 'GET',
    path: '/executions/{id}/iterations',
    role: 'viewer',
    summary: 'Lists the iterations of a for_each, also while it runs',
    description:
      'Those of a distributed loop come by status, failed ones first, and a page that is filtered may have fewer than asked for, also none, while more follow; others come by index.',
    params,
    query: iterationsQuery,
    answers: { 200: { description: 'A page of iterations', body: iterationPage } },
    problems: ['not-found', 'log-not-written'],
  },
  {
    ...common,
    operation: 'getRecordedWorkflow',
    method: 'GET',
    path: '/executions/{id}/workflow',
    role: 'viewer',
    summary: 'Gives the workflow that an execution ran, as it was saved then',
    params,
    answers: { 200: { description: 'The workflow', body: recordedWorkflow } },
    problems: ['not-found', 'log-not-written'],
  },
  {
    ...common,
    operation: 'getLargeValue',
    method: 'GET',
    path: '/large-values/{owner}/{content}',
    role: 'viewer',
    summary: 'Gives an address where a large value of a run can be downloaded for a minute',
    description:
      'A reference `{"large_value": "<owner>/<content>", …}` stands in a step\'s output for a text or a file that is too large for it.',
    params: largeValueParams,
    query: largeValueQuery,
    answers: { 200: { description: 'The address', body: largeValueAddress } },
    problems: ['not-found', 'unavailable'],
  },
  {
    ...common,
    operation: 'stopExecution',
    method: 'POST',
    path: '/executions/{id}/stop',
    role: 'editor',
    summary: 'Stops a running execution',
    description: 'An execution of an Express workflow has always ended by the time that its id is known.',
    params,
    body: stopBody.optional(),
    answers: { 202: { description: 'It is stopped', body: execution } },
    problems: ['not-found', 'execution-ended'],
  },
] as const satisfies readonly Route[];

const again = { function: 'reruns', tag: 'executions', method: 'POST', role: 'editor' } as const;

/** What goes on with a run, or runs it again: this publishes definitions, which the others need no permission for. */
export const rerunRoutes = [
  {
    ...again,
    operation: 'redriveExecution',
    path: '/executions/{id}/redrive',
    summary: 'Redrives an execution that failed, was stopped or timed out',
    description:
      'What had succeeded keeps its results; the step that failed is run again, and of a loop or a parallel step the iterations and branches that did not succeed. It runs the version of the workflow that it ran before. A step that ran another workflow starts it anew, with all that it does. Step Functions allows it for 14 days, and never of an Express workflow. When the steps of `on_failure` have run, Step Functions could only fail again: then a rerun takes its place, a new execution that goes on at the same step, which the answer gives (its `rerun_of` is this one).',
    params,
    headers: redriveHeaders,
    answers: { 202: { description: 'It runs again; or its rerun runs', body: execution } },
    problems: ['not-found', 'not-redrivable', 'not-rerunnable', 'idempotency-key-reused'],
  },
  {
    ...again,
    operation: 'rerunExecution',
    path: '/executions/{id}/rerun',
    summary:
      'Runs an execution again from a step on, with what the steps before have given, or from its start',
    description:
      'Starts a new execution. From a step on, it keeps what the steps before had given, and of loops and parallel steps the iterations and branches that have ended; the log shows them with `carried_from`. Calls of actions keep the keys of the first run, so that an action that takes effect once finds what it has done, also when its parameters were changed meanwhile. A step that ran another workflow starts it anew. `"from": "start"` carries nothing over, and its calls are new ones. With `"workflow": "current"` what was carried has to fit: steps before that are new, moved or of another kind are refused, before anything starts.',
    params,
    headers: rerunHeaders,
    body: rerunBody.optional(),
    exactNumbers: true,
    answers: {
      202: {
        description: 'The new execution; it runs',
        body: execution,
        headers: { location: 'Path of the new execution' },
      },
    },
    problems: ['not-found', 'not-rerunnable', 'invalid-input', 'idempotency-key-reused'],
  },
] as const satisfies readonly Route[];
