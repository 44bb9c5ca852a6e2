// Which prompt templates a workflow's steps name.
import { isObject } from '../json.ts';
import type { Workflow } from '../workflow-format/workflow.ts';

/** In the order of their names. A template that an expression names is known to a run alone. */
export function usedTemplates({ steps, on_failure }: Workflow): readonly string[] {
  const found = new Set<string>();
  const search = (value: unknown): void => {
    if (Array.isArray(value)) for (const inner of value) search(inner);
    if (!isObject(value)) return;
    const { action, params, ...rest } = value;
    const template = typeof action === 'string' && isObject(params) ? params['template'] : undefined;
    if (typeof template === 'string' && !template.includes('{{')) found.add(template);
    search(Object.values(rest));
  };
  search([steps, on_failure]);
  return [...found].toSorted();
}
