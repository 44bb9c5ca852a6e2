// The API's prompt templates, which also answer under /prompts: list, save, read, delete, render.
import { apiHandler } from '../../lib/api/handler.ts';
import { validated } from '../../lib/api/request/validate.ts';
import { promptRoutes, templateRoutes } from '../../lib/api/routes/templates.ts';
import { s3Client } from '../../lib/aws-clients.ts';
import { isObject, jsonValue } from '../../lib/json.ts';
import { modelEnd } from '../../lib/models.ts';
import { ApiProblem } from '../../lib/problem.ts';
import { templateBody } from '../../lib/schemas/templates.ts';
import {
  alreadyExists,
  deleteCondition,
  existsDespiteIfNoneMatch,
  putCondition,
  rollbackCondition,
} from '../../lib/stores/preconditions.ts';
import { templateStore } from '../../lib/stores/templates.ts';
import { versionSummary } from '../../lib/stores/version-history.ts';
import { render } from '../../lib/template-format/template.ts';
import {
  createTemplate,
  deleteTemplate,
  listTemplates,
  readTemplate,
  replaceTemplate,
  type SavedTemplate,
} from '../../lib/templates/operations.ts';
import { listTemplateVersions, readTemplateVersion } from '../../lib/templates/versions.ts';

const s3 = s3Client();

export const handler = apiHandler('templates', [...templateRoutes, ...promptRoutes], {
  async listTemplates({ query }) {
    const { templates, nextCursor } = await listTemplates(query, templateStore(s3));
    return { status: 200, body: { items: templates.map(summaryOf), next_cursor: nextCursor } };
  },

  async createTemplate({ body, user = '' }) {
    const saved = await createTemplate(body, user, templateStore(s3));
    if (!saved) throw alreadyExists(`template ${body.id}`, `/templates/${body.id}`);
    return { status: 201, body: answerOf(saved), headers: { etag: saved.etag, location: pathOf(saved) } };
  },

  async getTemplate({ params }) {
    const saved = await readTemplate(params.id, templateStore(s3));
    return { status: 200, body: answerOf(saved), headers: { etag: saved.etag } };
  },

  async putTemplate({ params: { id }, headers, body, user = '' }) {
    const condition = putCondition(headers);
    if (body.id !== id) throw idDiffers(body.id, id);
    if (condition !== 'create') {
      const saved = await replaceTemplate(body, user, condition.ifMatch, templateStore(s3));
      return { status: 200, body: answerOf(saved), headers: { etag: saved.etag } };
    }
    const saved = await createTemplate(body, user, templateStore(s3));
    if (!saved) throw existsDespiteIfNoneMatch(`template ${id}`);
    return { status: 201, body: answerOf(saved), headers: { etag: saved.etag, location: pathOf(saved) } };
  },

  async deleteTemplate({ params, headers }) {
    await deleteTemplate(params.id, deleteCondition(headers), templateStore(s3));
    return { status: 204 };
  },

  async renderTemplate({ params, body }) {
    const { template } = await readTemplate(params.id, templateStore(s3));
    const rendered = render(template, body.variables);
    if (rendered.ok) return { status: 200, body: rendered.prompt };
    const problems = rendered.missing.map((name) => ({
      code: 'missing-variable',
      pointer: `/variables/${name}`,
      message: `The variable \`${name}\` is missing`,
      ...hintOf(template.variables[name]?.description),
    }));
    throw new ApiProblem('invalid-variables', rendered.message, { problems });
  },

  async listTemplateVersions({ params, query }) {
    const { versions, nextCursor } = await listTemplateVersions(params.id, query, s3);
    return { status: 200, body: { items: versions.map(versionSummary), next_cursor: nextCursor } };
  },

  async getTemplateVersion({ params }) {
    const { text, ...version } = await readTemplateVersion(params.id, params.version, s3);
    const template = jsonValue(text);
    return { status: 200, body: { ...(isObject(template) && template), ...version } };
  },

  async rollbackTemplate({ params: { id }, headers, body: { version }, user = '' }) {
    const ifMatch = rollbackCondition(headers);
    const store = templateStore(s3);
    // One that was saved by an earlier release may not be a template any more.
    const template = validated(
      templateBody,
      jsonValue((await readTemplateVersion(id, version, s3)).text),
      'body',
    );
    const saved = await replaceTemplate(template, user, ifMatch, store, version);
    return { status: 200, body: answerOf(saved), headers: { etag: saved.etag } };
  },
});

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

function idDiffers(sent: string, id: string): ApiProblem {
  const message = `The template’s id is ${sent}, but it was sent to the path of ${id}`;
  return new ApiProblem('invalid-body', message, {
    problems: [{ code: 'id-differs', pointer: '/id', message, hint: `send the id ${id}` }],
  });
}

function summaryOf({ template, history }: SavedTemplate) {
  return {
    id: template.id,
    name: template.name,
    description: template.description ?? null,
    ...fieldsOf(history),
  };
}

function fieldsOf({ version, created_at, updated_at, updated_by }: SavedTemplate['history']) {
  return { version, created_at, updated_at, updated_by };
}

function answerOf({ template, history }: SavedTemplate) {
  const end = template.model === undefined ? undefined : modelEnd(template.model);
  const warnings = end ? [{ code: 'model-ends', pointer: '/model', ...end }] : [];
  return { ...template, ...fieldsOf(history), warnings };
}

function pathOf({ template }: SavedTemplate): string {
  return `/templates/${template.id}`;
}
