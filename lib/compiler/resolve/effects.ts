// Which steps do something that is not to be done twice.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { Step } from '../../workflow-format/workflow.ts';

/** Whether the step, or what an agent calls, does something that is not to be done twice; people are asked once, too. */
export function hasEffect(step: Step, actions: ReadonlyMap<string, CatalogueAction>): boolean {
  if ('approval' in step) return true;
  const used =
    'action' in step
      ? [step.action]
      : 'agent' in step
        ? step.agent.tools.map((tool) => (typeof tool === 'string' ? tool : tool.action))
        : [];
  return used.some((id) => (actions.get(id)?.effect ?? 'read') !== 'read');
}
