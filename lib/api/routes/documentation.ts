// Routes of the API's documentation: its description, and the JSON Schema of workflows.
import * as z from 'zod';
import type { Route } from './route.ts';

export const documentationRoutes = [
  {
    operation: 'getWorkflowSchema',
    method: 'GET',
    path: '/workflow.schema.json',
    function: 'docs',
    role: null,
    tag: 'service',
    summary: 'Gives the JSON Schema of workflows, for editors',
    description: 'What `$schema` in a workflow file names. Draft-07, with the actions and their parameters.',
    answers: {
      200: {
        description: 'A JSON Schema',
        body: z.looseObject({}),
        headers: { 'cache-control': 'How long it may be kept' },
      },
    },
    problems: [],
  },
  {
    operation: 'getOpenApi',
    method: 'GET',
    path: '/openapi.json',
    function: 'docs',
    role: null,
    tag: 'service',
    summary: 'Gives this description as OpenAPI 3.1',
    answers: {
      200: {
        description: 'An OpenAPI document',
        body: z.looseObject({ openapi: z.string() }),
        headers: { 'cache-control': 'How long it may be kept' },
      },
    },
    problems: [],
  },
  {
    operation: 'getDocs',
    method: 'GET',
    path: '/docs',
    function: 'docs',
    role: null,
    tag: 'service',
    summary: 'Gives this description as a page to read',
    answers: {
      200: {
        description: 'An HTML page',
        contentType: 'text/html; charset=utf-8',
        body: z.string(),
        headers: {
          'cache-control': 'How long it may be kept',
          'content-security-policy': 'The page loads nothing and runs no script',
          'referrer-policy': 'Links do not reveal this page',
        },
      },
    },
    problems: [],
  },
] as const satisfies readonly Route[];
