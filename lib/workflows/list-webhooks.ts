// Lists the webhooks of all workflows.
import type * as z from 'zod';
import { setting } from '../config.ts';
import type { webhookPage } from '../schemas/hooks.ts';
import { type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { hookConnection, hookId, isSchedule } from '../workflow-format/triggers.ts';
import { listWorkflows } from './read.ts';

type Webhook = z.output<typeof webhookPage>['items'][number];

/** The webhooks of a page of workflows. Their secrets are in connections, which nothing here reads. */
export async function listWebhooks(
  page: Parameters<typeof listWorkflows>[0],
  store: WorkflowStore = workflowStore(),
): Promise<{ readonly webhooks: Webhook[]; readonly nextCursor: string | null }> {
  const { workflows, nextCursor } = await listWorkflows(page, store);
  const webhooks = workflows.flatMap(({ workflow: { id, triggers = [] } }) =>
    triggers.flatMap((trigger, index): Webhook[] => {
      if (isSchedule(trigger)) return [];
      const connection = `webhook/${hookConnection(id, trigger.webhook)}`;
      return [
        {
          id: hookId(id, trigger.webhook),
          workflow_id: id,
          trigger: index,
          enabled: trigger.enabled !== false,
          connection,
          parameter: `${setting('CONNECTIONS_PATH')}/${connection}`,
          webhook: trigger.webhook,
        },
      ];
    }),
  );
  return { webhooks, nextCursor };
}
