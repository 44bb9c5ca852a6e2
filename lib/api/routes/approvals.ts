// Routes of approvals, the decisions that runs wait for.
import * as z from 'zod';
import { approval, approvalId, approvalPage, approvalsQuery, decisionBody } from '../../schemas/approvals.ts';
import type { Route } from './route.ts';

const common = { function: 'approvals', tag: 'approvals' } as const;
const params = z.object({ id: approvalId });

export const approvalRoutes = [
  {
    ...common,
    operation: 'listApprovals',
    method: 'GET',
    path: '/approvals',
    role: 'viewer',
    summary: 'Lists approvals, pending and decided',
    description:
      'In the order of their ids, with the status `decided` the latest decision first. Messages are cut after 300 characters. With a `status`, a page may have fewer than `limit` items without being the last.',
    query: approvalsQuery,
    answers: { 200: { description: 'A page of approvals', body: approvalPage } },
    problems: [],
  },
  {
    ...common,
    operation: 'getApproval',
    method: 'GET',
    path: '/approvals/{id}',
    role: 'viewer',
    summary: 'Gives an approval',
    params,
    answers: { 200: { description: 'The request, and the decision', body: approval } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'decideApproval',
    method: 'POST',
    path: '/approvals/{id}',
    role: 'editor',
    summary: 'Decides an approval, so that the run continues',
    description:
      'The approval’s own `role` may require an admin. Only the first decision counts; repeating it, with the same comment or none, gets the same answer.',
    params,
    body: decisionBody,
    answers: { 200: { description: 'The decision', body: approval } },
    problems: ['not-found', 'already-decided', 'approval-closed'],
  },
  {
    ...common,
    operation: 'getApprovalPage',
    method: 'GET',
    path: '/approvals/{id}/page',
    role: null,
    summary: 'Gives the page on which a person decides',
    description:
      'The page is the same for every approval and holds nothing of it: it logs in and calls the operations above.',
    params,
    answers: {
      200: {
        description: 'An HTML page',
        contentType: 'text/html; charset=utf-8',
        body: z.string(),
        headers: {
          'content-security-policy': 'The page loads nothing, and runs the script and style that it holds',
          'referrer-policy': 'Links tell nobody where they were followed from',
        },
      },
    },
    problems: [],
  },
] as const satisfies readonly Route[];
