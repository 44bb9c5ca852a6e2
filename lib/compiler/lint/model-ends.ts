// Warnings about models whose end is announced, where a step, an agent or the default of an input names one.

import type { CatalogueAction } from '../../actions/catalogue.ts';
import { pointerTo } from '../../json-pointer.ts';
import { modelEnd } from '../../models.ts';
import type { Report } from '../problems/problem.ts';
import { everyStep, type ResolvedStep, type ResolvedWorkflow } from '../tree/resolved.ts';

interface Named {
  readonly model: unknown;
  readonly pointer: string;
}

export function lintModels({ workflow, parsed, block, onFailure }: ResolvedWorkflow, report: Report): void {
  const warned = new Set<string>();
  for (const step of [block, ...(onFailure ? [onFailure] : [])].flatMap(everyStep)) {
    for (const named of modelsOf(step)) {
      if (typeof named.model !== 'string') continue;
      const input = /^\{\{\s*inputs\.(\w+)\s*\}\}$/.exec(named.model)?.[1];
      const fallback = input === undefined ? undefined : workflow.inputs?.[input]?.default;
      const { model, pointer } =
        input === undefined
          ? named
          : { model: fallback, pointer: pointerTo(parsed.inputsPointer, input, 'default') };
      const end = typeof model === 'string' ? modelEnd(model) : undefined;
      // Several steps may read the same input.
      if (!end || warned.has(pointer)) continue;
      warned.add(pointer);
      report({ code: 'model-ends', pointer, ...end });
    }
  }
}

/** Where a step names models, as written. */
function modelsOf({ parsed, action, agent }: ResolvedStep): Named[] {
  const { step, valuesPointer } = parsed;
  const given =
    'params' in step && action && asksModel(action) ? [[step.params, valuesPointer] as const] : [];
  const own = 'agent' in step ? [[step.agent, valuesPointer] as const] : [];
  const tools = (agent?.tools ?? []).flatMap((tool) =>
    tool.action && asksModel(tool.action)
      ? [[tool.given.params, pointerTo(tool.pointer, 'params')] as const]
      : [],
  );
  return [...given, ...own, ...tools].flatMap(([values, pointer]) => {
    if (!values) return [];
    const one = 'model' in values ? [{ model: values.model, pointer: pointerTo(pointer, 'model') }] : [];
    const several = 'models' in values && Array.isArray(values.models) ? values.models : [];
    return [
      ...one,
      ...several.map((model: unknown, index) => ({ model, pointer: pointerTo(pointer, 'models', index) })),
    ];
  });
}

function asksModel({ connection }: CatalogueAction): boolean {
  return connection.provider === 'openai';
}
