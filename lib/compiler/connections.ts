// The connections that a workflow's runs read: those of its calls, and those of its webhooks' secrets.
import { pointerTo } from '../json-pointer.ts';
import { hookConnection, isSchedule } from '../workflow-format/triggers.ts';
import { kindOf } from './kinds.ts';
import { everyStep, type ResolvedWorkflow } from './tree/resolved.ts';
import type { UsedConnection } from './tree/used-connection.ts';

export function connectionsOf({ workflow, block, onFailure }: ResolvedWorkflow): UsedConnection[] {
  const steps = [...everyStep(block), ...(onFailure ? everyStep(onFailure) : [])];
  const ofTriggers = (workflow.triggers ?? []).flatMap((trigger, index) =>
    isSchedule(trigger)
      ? []
      : [
          {
            provider: 'webhook',
            id: hookConnection(workflow.id, trigger.webhook),
            pointer: pointerTo('/triggers', index, 'webhook'),
          },
        ],
  );
  return [...ofTriggers, ...steps.flatMap((step) => kindOf(step.parsed).connections?.(step) ?? [])];
}
