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
    for (const named of modelsOf(step).flatMap((each) =>
      meant(each, workflow.inputs, parsed.inputsPointer),
    )) {
      const end = typeof named.model === 'string' ? modelEnd(named.model) : undefined;
      // Several steps may read the same input.
      if (!end || warned.has(named.pointer)) continue;
      warned.add(named.pointer);
      report({ code: 'model-ends', pointer: named.pointer, ...end });
    }
  }
}

/** What is named: itself, or the default of the input that it is, each model of a list. */
function meant(
  { model, pointer }: Named,
  inputs: ResolvedWorkflow['workflow']['inputs'],
  inputsPointer: string,
): Named[] {
  const input = typeof model === 'string' ? /^\{\{\s*inputs\.(\w+)\s*\}\}$/.exec(model)?.[1] : undefined;
  const value = input === undefined ? model : inputs?.[input]?.default;
  const place = input === undefined ? pointer : pointerTo(inputsPointer, input, 'default');
  return Array.isArray(value)
    ? value.flatMap((each: unknown, index) =>
        // A default holds no expressions.
        meant(
          { model: each, pointer: pointerTo(place, index) },
          input === undefined ? inputs : undefined,
          inputsPointer,
        ),
      )
    : [{ model: value, pointer: place }];
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
  return [...given, ...own, ...tools].flatMap(([values, pointer]) =>
    Object.entries(values ?? {}).flatMap(([key, model]) =>
      key === 'model' || key === 'models' ? [{ model, pointer: pointerTo(pointer, key) }] : [],
    ),
  );
}

function asksModel({ connection }: CatalogueAction): boolean {
  return connection.provider === 'openai';
}
