// The schemas of steps for the forms, from the format's own.
import { workflowJsonSchema } from '../../../../lib/compiler/json-schema.ts';
import { stepKinds, stepSchemaName } from '../../../../lib/workflow-format/steps.ts';
import { type Action, catalogueOf } from './check-text.ts';
import type { FieldSchema } from './field-schema.ts';
import type { StepSchemas } from './messages.ts';

export function stepSchemas(actions: readonly Action[]): StepSchemas {
  const schema = workflowJsonSchema(catalogueOf(actions));
  const all = Object.entries(schema['definitions'] ?? {}) as readonly [string, FieldSchema][];
  // The parameters of actions come with the actions.
  const definitions = Object.fromEntries(all.filter(([name]) => !name.includes('.')));
  const kinds = Object.keys(stepKinds).map(
    (kind) => [kind, definitions[stepSchemaName(kind)] ?? {}] as const,
  );
  const { properties = {}, required = [] } = schema;
  return { workflow: { properties, required }, kinds: Object.fromEntries(kinds), definitions };
}
