// Routes of workflows.
import * as z from 'zod';
import { ifMatch, ifNoneMatch, pageQuery, workflowId } from '../../schemas/common.ts';
import { testStepAnswer, testStepBody } from '../../schemas/test-step.ts';
import {
  rollbackBody,
  VERSIONS_KEPT,
  versionAnswer,
  versionNumber,
  versionPage,
} from '../../schemas/versions.ts';
import {
  definition,
  deployment,
  savedWorkflow,
  validation,
  workflowAnswer,
  workflowBody,
  workflowInput,
  workflowPage,
} from '../../schemas/workflows.ts';
import type { Route } from './route.ts';

const common = { function: 'workflows', tag: 'workflows' } as const;
const params = z.object({ id: workflowId });
const etag = { etag: 'Send it as `If-Match` to replace or delete this version' };

/** Of a function of its own: only that may pass a role to TestState. */
export const testStepRoutes = [
  {
    function: 'test-step',
    tag: 'workflows',
    operation: 'testStep',
    method: 'POST',
    path: '/workflows/test-step',
    role: 'editor',
    summary: 'Runs one step of a draft, and saves nothing',
    description:
      'By Step Functions’ TestState, with values that the body gives, or that a run gave. A step with an effect outside has it: that must be confirmed. No retry, no `on_error` and no time limit of the step takes part. A test that takes longer than 25 seconds is given up, and what it does may still take place.',
    body: testStepBody,
    answers: { 200: { description: 'What became of it, also when it failed', body: testStepAnswer } },
    problems: [
      'invalid-workflow',
      'invalid-input',
      'not-testable',
      'effect-unconfirmed',
      'not-found',
      'log-not-written',
    ],
  },
] as const satisfies readonly Route[];

export const workflowRoutes = [
  {
    ...common,
    operation: 'listWorkflows',
    method: 'GET',
    path: '/workflows',
    role: 'viewer',
    summary: 'Lists the workflows by id',
    query: pageQuery,
    answers: { 200: { description: 'A page of workflows, without their steps', body: workflowPage } },
    problems: [],
  },
  {
    ...common,
    operation: 'createWorkflow',
    method: 'POST',
    path: '/workflows',
    role: 'editor',
    summary: 'Compiles and saves a new workflow',
    body: workflowBody,
    documentedBody: workflowInput,
    answers: {
      201: {
        description: 'Saved; executions can be started',
        body: savedWorkflow,
        headers: { ...etag, location: 'Path of the workflow' },
      },
    },
    problems: ['invalid-workflow', 'already-exists', 'being-deleted'],
  },
  {
    ...common,
    operation: 'validateWorkflow',
    method: 'POST',
    path: '/workflows/validate',
    role: 'viewer',
    summary: 'Compiles a workflow and saves nothing',
    body: workflowBody,
    documentedBody: workflowInput,
    answers: {
      200: { description: 'Its mistakes and warnings, also when there are none', body: validation },
    },
    problems: [],
  },
  {
    ...common,
    operation: 'getDeployment',
    method: 'GET',
    path: '/deployment',
    role: 'viewer',
    summary: 'Gives what definitions hold of the deployment that they run in',
    description: 'With the actions and the workflows, all that compiling a workflow takes.',
    answers: { 200: { description: 'The beginnings of ARNs, and the address of the API', body: deployment } },
    problems: [],
  },
  {
    ...common,
    operation: 'getWorkflow',
    method: 'GET',
    path: '/workflows/{id}',
    role: 'viewer',
    summary: 'Gives a workflow',
    params,
    answers: { 200: { description: 'The workflow', body: workflowAnswer, headers: etag } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'putWorkflow',
    method: 'PUT',
    path: '/workflows/{id}',
    role: 'editor',
    summary: 'Replaces a workflow, or creates it under a given id',
    description:
      'Needs `If-Match` with the ETag that was read, or `If-None-Match: *` to create. The body may leave out `id`. When it fails, the old workflow stays as it was. Running executions go on with the version that they started with. The `type` of a workflow cannot be changed.',
    params,
    headers: z.object({ 'if-match': ifMatch, 'if-none-match': ifNoneMatch }),
    bodyIdFromPath: true,
    body: workflowBody,
    documentedBody: workflowInput,
    answers: {
      200: { description: 'Replaced', body: savedWorkflow, headers: etag },
      201: {
        description: 'Created',
        body: savedWorkflow,
        headers: { ...etag, location: 'Path of the workflow' },
      },
    },
    problems: ['invalid-workflow', 'being-deleted', 'precondition-failed', 'precondition-required'],
  },
  {
    ...common,
    operation: 'deleteWorkflow',
    method: 'DELETE',
    path: '/workflows/{id}',
    role: 'editor',
    summary: 'Deletes a workflow',
    description:
      'Needs `If-Match` with the ETag that was read, or `*`. No execution can be started any more. One that runs is ended by Step Functions at its next state transition. Logs stay.',
    params,
    headers: z.object({ 'if-match': ifMatch }),
    answers: { 204: { description: 'Deleted' } },
    problems: ['not-found', 'being-deleted', 'precondition-failed', 'precondition-required'],
  },
  {
    ...common,
    operation: 'getWorkflowDefinition',
    method: 'GET',
    path: '/workflows/{id}/definition',
    role: 'viewer',
    summary: 'Gives the state machine that a workflow compiled into',
    params,
    answers: { 200: { description: 'The definition that new executions run', body: definition } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'listWorkflowVersions',
    method: 'GET',
    path: '/workflows/{id}/versions',
    role: 'viewer',
    summary: 'Lists the versions of a workflow, the latest first',
    description: `${VERSIONS_KEPT} Those of a workflow that was deleted are not listed.`,
    params,
    query: pageQuery,
    answers: { 200: { description: 'A page of versions, without their steps', body: versionPage } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'getWorkflowVersion',
    method: 'GET',
    path: '/workflows/{id}/versions/{version}',
    role: 'viewer',
    summary: 'Gives a version of a workflow',
    description: 'As it was saved: the pauses of its schedules are not part of it.',
    params: params.extend({ version: versionNumber }),
    answers: { 200: { description: 'The workflow as it was saved', body: versionAnswer } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'rollbackWorkflow',
    method: 'POST',
    path: '/workflows/{id}/rollback',
    role: 'editor',
    summary: 'Brings a version of a workflow back, as a new version',
    description:
      'Needs `If-Match` with the ETag of the workflow as it is now, or `*`. The old version is compiled anew, with the actions that there are now; when it has mistakes by now, nothing changes. A schedule that is paused stays paused.',
    params,
    headers: z.object({ 'if-match': ifMatch }),
    body: rollbackBody,
    answers: { 200: { description: 'Saved as a new version', body: savedWorkflow, headers: etag } },
    problems: [
      'not-found',
      'invalid-workflow',
      'being-deleted',
      'precondition-failed',
      'precondition-required',
    ],
  },
] as const satisfies readonly Route[];
