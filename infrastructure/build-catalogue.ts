// Builds the action catalogue by importing every file of functions/actions; run as a script it writes build/catalogue.json.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { Catalogue, CatalogueAction, JsonSchema } from '../lib/actions/catalogue.ts';
import type { ActionDefinition, ActionHandler } from '../lib/actions/define-action.ts';
import { actionId } from '../lib/actions/invocation/names.ts';
import type { ActionEffect } from '../lib/effect.ts';

const actionsFolder = fileURLToPath(new URL('../functions/actions', import.meta.url));

/** The catalogue of all actions, from their files. */
export async function buildCatalogue(folder = actionsFolder): Promise<Catalogue> {
  const files = (await readdir(folder, { recursive: true })).filter((file) =>
    /^[^/\\]+[/\\][^/\\]+\.ts$/.test(file),
  );
  const actions = files
    .filter((file) => !file.endsWith('.test.ts'))
    .map(async (file) => {
      const module: unknown = await import(pathToFileURL(join(folder, file)).href);
      if (!isActionModule(module))
        throw new Error(`functions/actions/${file} does not export a handler made by defineAction`);
      return describe(file, module.handler.definition);
    });
  return (await Promise.all(actions)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describe(file: string, definition: ActionDefinition): CatalogueAction {
  const [provider = '', name = ''] = file.replace(/\.ts$/, '').split(/[/\\]/);
  const functionName = `${provider}-${name}`;
  const { connection, scopes, example } = definition;
  return {
    id: actionId(functionName),
    function_name: functionName,
    provider,
    title: definition.title,
    summary: definition.summary,
    ...effectOf(definition),
    timeout_seconds: definition.timeoutSeconds,
    // Also of an action that writes: what makes it take effect once holds for a try after an answer that was lost.
    retryable_errors: [
      ...['RateLimited', 'ProviderUnavailable'],
      ...(connection.retryableErrors ?? []),
      ...(definition.retryableErrors ?? []),
    ],
    background: definition.background ?? false,
    reads_templates: definition.readsTemplates ?? false,
    connection: {
      provider: connection.provider,
      fields: Object.keys(connection.secrets.shape),
      ...(scopes && { scopes }),
      ...(connection.unnamed && { optional: true as const }),
    },
    input: jsonSchema(definition.input, 'input'),
    output: jsonSchema(definition.output, 'output'),
    example,
  };
}

function effectOf({ effect, once, reads_when }: ActionDefinition): ActionEffect {
  if (effect === 'read') return { effect };
  return { effect, once, ...(reads_when && { reads_when }) };
}

function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  // What zod adds for its own Standard Schema interface is not enumerable, and so gone in the copy.
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io, target: 'draft-2020-12' })));
}

function isActionModule(module: unknown): module is { handler: ActionHandler } {
  if (typeof module !== 'object' || module === null || !('handler' in module)) return false;
  return typeof module.handler === 'function' && 'definition' in module.handler;
}

if (import.meta.main) {
  const file = fileURLToPath(new URL('../build/catalogue.json', import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(await buildCatalogue(), null, 2)}\n`);
}
