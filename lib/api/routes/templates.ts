// Routes of prompt templates, and the same under /prompts.
import * as z from 'zod';
import { ifMatch, ifNoneMatch, pageQuery } from '../../schemas/common.ts';
import { renderBody, rendered, templateAnswer, templateBody, templatePage } from '../../schemas/templates.ts';
import {
  rollbackBody,
  VERSIONS_KEPT,
  versionAnswer,
  versionNumber,
  versionPage,
} from '../../schemas/versions.ts';
import { templateId } from '../../template-format/template.ts';
import type { Route } from './route.ts';

const common = { function: 'templates', tag: 'templates' } as const;
const params = z.object({ id: templateId });
const etag = { etag: 'Send it as `If-Match` to replace or delete this version' };

export const templateRoutes = [
  {
    ...common,
    operation: 'listTemplates',
    method: 'GET',
    path: '/templates',
    role: 'viewer',
    summary: 'Lists the templates by id',
    query: pageQuery,
    answers: { 200: { description: 'A page of templates, without their texts', body: templatePage } },
    problems: [],
  },
  {
    ...common,
    operation: 'createTemplate',
    method: 'POST',
    path: '/templates',
    role: 'editor',
    summary: 'Saves a new template',
    body: templateBody,
    answers: {
      201: {
        description: 'Saved',
        body: templateAnswer,
        headers: { ...etag, location: 'Path of the template' },
      },
    },
    problems: ['already-exists'],
  },
  {
    ...common,
    operation: 'getTemplate',
    method: 'GET',
    path: '/templates/{id}',
    role: 'viewer',
    summary: 'Gives a template',
    params,
    answers: { 200: { description: 'The template', body: templateAnswer, headers: etag } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'putTemplate',
    method: 'PUT',
    path: '/templates/{id}',
    role: 'editor',
    summary: 'Replaces a template, or creates it under a given id',
    description:
      'Needs `If-Match` with the ETag that was read, or `If-None-Match: *` to create. The body may leave out `id`.',
    params,
    headers: z.object({ 'if-match': ifMatch, 'if-none-match': ifNoneMatch }),
    bodyIdFromPath: true,
    body: templateBody,
    answers: {
      200: { description: 'Replaced', body: templateAnswer, headers: etag },
      201: {
        description: 'Created',
        body: templateAnswer,
        headers: { ...etag, location: 'Path of the template' },
      },
    },
    problems: ['precondition-failed', 'precondition-required'],
  },
  {
    ...common,
    operation: 'deleteTemplate',
    method: 'DELETE',
    path: '/templates/{id}',
    role: 'editor',
    summary: 'Deletes a template',
    description: 'Needs `If-Match` with the ETag that was read, or `*`.',
    params,
    headers: z.object({ 'if-match': ifMatch }),
    answers: { 204: { description: 'Deleted' } },
    problems: ['not-found', 'precondition-failed', 'precondition-required'],
  },
  {
    ...common,
    operation: 'renderTemplate',
    method: 'POST',
    path: '/templates/{id}/render',
    role: 'viewer',
    summary: 'Puts variables into a template, as the action that uses it would',
    params,
    body: renderBody,
    answers: { 200: { description: 'The prompts', body: rendered } },
    problems: ['not-found', 'invalid-variables'],
  },
  {
    ...common,
    operation: 'listTemplateVersions',
    method: 'GET',
    path: '/templates/{id}/versions',
    role: 'viewer',
    summary: 'Lists the versions of a template, the latest first',
    description: `${VERSIONS_KEPT} Those of a template that was deleted are not listed.`,
    params,
    query: pageQuery,
    answers: { 200: { description: 'A page of versions, without their texts', body: versionPage } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'getTemplateVersion',
    method: 'GET',
    path: '/templates/{id}/versions/{version}',
    role: 'viewer',
    summary: 'Gives a version of a template',
    params: params.extend({ version: versionNumber }),
    answers: { 200: { description: 'The template as it was saved', body: versionAnswer } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'rollbackTemplate',
    method: 'POST',
    path: '/templates/{id}/rollback',
    role: 'editor',
    summary: 'Brings a version of a template back, as a new version',
    description: 'Needs `If-Match` with the ETag of the template as it is now, or `*`.',
    params,
    headers: z.object({ 'if-match': ifMatch }),
    body: rollbackBody,
    answers: { 200: { description: 'Saved as a new version', body: templateAnswer, headers: etag } },
    problems: ['not-found', 'precondition-failed', 'precondition-required'],
  },
] as const satisfies readonly Route[];

/** The same routes under their older name. */
export const promptRoutes: readonly Route[] = templateRoutes.map((route) => ({
  ...route,
  operation: route.operation.replace('Template', 'Prompt'),
  path: route.path.replace('/templates', '/prompts'),
  summary: `${route.summary} (the same as ${route.path})`,
  sameAs: route.operation,
}));
