// The API's approvals: list, read, decide; and the page for the person who decides.
import { approvalPage } from '../../lib/api/approval-page.ts';
import { apiHandler } from '../../lib/api/handler.ts';
import { approvalRoutes } from '../../lib/api/routes/approvals.ts';
import { decideApproval } from '../../lib/approvals/decide.ts';
import { listApprovals, readApproval } from '../../lib/approvals/read.ts';
import { s3Client, stepFunctionsClient } from '../../lib/aws-clients.ts';
import { approvalStore } from '../../lib/stores/approvals.ts';

const s3 = s3Client();
const sfn = stepFunctionsClient();

export const handler = apiHandler('approvals', approvalRoutes, {
  async listApprovals({ query }) {
    const { items, nextCursor } = await listApprovals(query, { store: approvalStore(s3) });
    return { status: 200, body: { items, next_cursor: nextCursor } };
  },

  async getApproval({ params }) {
    return { status: 200, body: await readApproval(params.id, { store: approvalStore(s3) }) };
  },

  async decideApproval({ params, body, user = '', roles }) {
    const decided = await decideApproval(
      params.id,
      { ...body, user, roles },
      { store: approvalStore(s3), sfn },
    );
    return { status: 200, body: decided };
  },

  async getApprovalPage() {
    const { html, contentSecurityPolicy } = approvalPage();
    const headers = {
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
    };
    return { status: 200, body: html, headers };
  },
});
