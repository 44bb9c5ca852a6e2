// Routes of approvals: what runs wait for people to decide.
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
    summary: 'Lists what people are, or were, asked to decide',
    description:
      'In the order of their ids. Messages are cut after 300 characters. With a `status` a page may have fewer than `limit` items and still not be the last.',
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
    answers: { 200: { description: 'What is asked, and what was decided', body: approval } },
    problems: ['not-found'],
  },
  {
    ...common,
    operation: 'decideApproval',
    method: 'POST',
    path: '/approvals/{id}',
    role: 'editor',
    summary: 'Decides, and lets the run go on',
    description:
      'The approval’s own `role` may ask for more than an editor. Of several people one decides; sending the same decision again, with the same comment or none, is answered as the first time.',
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
    summary: 'Gives a page for the person who decides',
    description:
      'The page is the same for every approval and holds nothing of it: it logs in and asks the operations above.',
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
