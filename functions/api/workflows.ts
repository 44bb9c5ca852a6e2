// The API's workflows: list, save, read, delete, validate; and their schedules: list, pause, resume; and their webhooks: list.
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SSMClient } from '@aws-sdk/client-ssm';
import { apiHandler } from '../../lib/api/handler.ts';
import { webhookRoutes } from '../../lib/api/routes/hooks.ts';
import { scheduleRoutes } from '../../lib/api/routes/schedules.ts';
import { workflowRoutes } from '../../lib/api/routes/workflows.ts';
import { s3Client, stepFunctionsClient } from '../../lib/aws-clients.ts';
import { nextTimes } from '../../lib/schedules/timing.ts';
import {
  alreadyExists,
  deleteCondition,
  existsDespiteIfNoneMatch,
  putCondition,
  rollbackCondition,
} from '../../lib/stores/preconditions.ts';
import { versionSummary } from '../../lib/stores/version-history.ts';
import type { WorkflowDocument } from '../../lib/stores/workflows.ts';
import { workflowStore } from '../../lib/stores/workflows.ts';
import { isSchedule } from '../../lib/workflow-format/triggers.ts';
import type { Workflow } from '../../lib/workflow-format/workflow.ts';
import { compileWorkflow, deployment } from '../../lib/workflows/compile.ts';
import { deleteWorkflow } from '../../lib/workflows/delete.ts';
import { listSchedules, NEXT_TIMES, setScheduleEnabled } from '../../lib/workflows/list-schedules.ts';
import { listWebhooks } from '../../lib/workflows/list-webhooks.ts';
import { missingConnections } from '../../lib/workflows/missing-connections.ts';
import { listWorkflows, readDefinition, readWorkflow } from '../../lib/workflows/read.ts';
import { createWorkflow, replaceWorkflow, type Saved } from '../../lib/workflows/save.ts';
import { usedTemplates } from '../../lib/workflows/used-templates.ts';
import { listWorkflowVersions, readWorkflowVersion, rollbackWorkflow } from '../../lib/workflows/versions.ts';

const s3 = s3Client();
const sfn = stepFunctionsClient();
const scheduler = new SchedulerClient({});
const ssm = new SSMClient({});

export const handler = apiHandler('workflows', [...workflowRoutes, ...scheduleRoutes, ...webhookRoutes], {
  async listWorkflows({ query }) {
    const { workflows, nextCursor } = await listWorkflows(query, workflowStore(s3));
    return { status: 200, body: { items: workflows.map(summaryOf), next_cursor: nextCursor } };
  },

  async createWorkflow({ body, user = '' }) {
    const saved = await createWorkflow(body, user, undefined, {
      store: workflowStore(s3),
      sfn,
      scheduler,
      ssm,
    });
    if (!saved) throw alreadyExists(`workflow ${body['id']}`, `/workflows/${body['id']}`);
    return { status: 201, body: savedAnswer(saved), headers: { etag: saved.etag, location: pathOf(saved) } };
  },

  async validateWorkflow({ body }) {
    const result = await compileWorkflow(body, 1, { store: workflowStore(s3) });
    const problems = result.ok ? [] : result.problems;
    const missing = result.ok ? await missingConnections(result, ssm) : [];
    const warnings = [...result.warnings, ...missing];
    const schedules = result.ok ? dueTimes(result.workflow) : [];
    return { status: 200, body: { valid: result.ok, problems, warnings, schedules } };
  },

  async getDeployment() {
    return { status: 200, body: deployment() };
  },

  async getWorkflow({ params }) {
    const { document, etag } = await readWorkflow(params.id, workflowStore(s3));
    return { status: 200, body: answerOf(document), headers: { etag } };
  },

  async putWorkflow({ params: { id }, headers, body, user = '' }) {
    const condition = putCondition(headers);
    const dependencies = { store: workflowStore(s3), sfn, scheduler, ssm };
    if (condition !== 'create') {
      const saved = await replaceWorkflow(body, user, id, condition.ifMatch, dependencies);
      return { status: 200, body: savedAnswer(saved), headers: { etag: saved.etag } };
    }
    const saved = await createWorkflow(body, user, id, dependencies);
    if (!saved) throw existsDespiteIfNoneMatch(`workflow ${id}`);
    return { status: 201, body: savedAnswer(saved), headers: { etag: saved.etag, location: pathOf(saved) } };
  },

  async deleteWorkflow({ params, headers }) {
    await deleteWorkflow(params.id, deleteCondition(headers), {
      store: workflowStore(s3),
      sfn,
      scheduler,
    });
    return { status: 204 };
  },

  async getWorkflowDefinition({ params }) {
    return { status: 200, body: await readDefinition(params.id, { store: workflowStore(s3), sfn }) };
  },

  async listWorkflowVersions({ params, query }) {
    const { versions, nextCursor } = await listWorkflowVersions(params.id, query, s3);
    return { status: 200, body: { items: versions.map(versionSummary), next_cursor: nextCursor } };
  },

  async getWorkflowVersion({ params }) {
    const { workflow, ...version } = await readWorkflowVersion(params.id, params.version, s3);
    return { status: 200, body: { ...workflow, ...version } };
  },

  async rollbackWorkflow({ params, headers, body, user = '' }) {
    const ifMatch = rollbackCondition(headers);
    const saved = await rollbackWorkflow(params.id, body.version, user, ifMatch, { s3, sfn, scheduler, ssm });
    return { status: 200, body: savedAnswer(saved), headers: { etag: saved.etag } };
  },

  async listSchedules({ query }) {
    const { schedules, nextCursor } = await listSchedules(query, workflowStore(s3));
    return { status: 200, body: { items: schedules, next_cursor: nextCursor } };
  },

  async listWebhooks({ query }) {
    const { webhooks, nextCursor } = await listWebhooks(query, workflowStore(s3));
    return { status: 200, body: { items: webhooks, next_cursor: nextCursor } };
  },

  async pauseSchedule({ params, user = '' }) {
    return { status: 200, body: await setEnabled(params.id, false, user) };
  },

  async resumeSchedule({ params, user = '' }) {
    return { status: 200, body: await setEnabled(params.id, true, user) };
  },
});

function setEnabled(id: string, enabled: boolean, user: string) {
  return setScheduleEnabled(id, enabled, user, { store: workflowStore(s3), sfn, scheduler });
}

function dueTimes({ triggers = [] }: Workflow) {
  const now = Date.now();
  return triggers.flatMap((trigger, index) =>
    isSchedule(trigger) ? [{ trigger: index, next_times: nextTimes(trigger, now, now, NEXT_TIMES) }] : [],
  );
}

function summaryOf({ workflow, ...document }: WorkflowDocument) {
  return {
    id: workflow.id,
    name: workflow.name ?? workflow.id,
    description: workflow.description ?? null,
    triggers: countedTriggers(workflow.triggers),
    templates: usedTemplates(workflow),
    ...addedFields(document),
  };
}

function countedTriggers(triggers: Workflow['triggers'] = []) {
  const schedules = triggers.filter(isSchedule).length;
  return { schedules, webhooks: triggers.length - schedules };
}

function answerOf({ workflow, ...document }: WorkflowDocument) {
  return { ...workflow, ...addedFields(document) };
}

function savedAnswer({ document, warnings }: Saved) {
  return { ...answerOf(document), warnings };
}

function addedFields({ version, created_at, updated_at, updated_by }: Omit<WorkflowDocument, 'workflow'>) {
  return { version, created_at, updated_at, updated_by };
}

function pathOf({ document }: Saved): string {
  return `/workflows/${document.workflow.id}`;
}
