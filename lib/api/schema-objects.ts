// Turns zod schemas into OpenAPI's schema objects; schemas with an id become components.
import * as z from 'zod';

export type SchemaObject = Readonly<Record<string, unknown>>;

export interface Schemas {
  /** @param io `input` for what a client sends, `output` for what it gets */
  of(schema: z.core.$ZodType, io: 'input' | 'output'): SchemaObject;
  /** The components so far, by id. */
  readonly collected: Record<string, SchemaObject>;
}

const ROOT = '#/components/schemas/';

export function schemaCollector(): Schemas {
  const collected: Record<string, SchemaObject> = {};
  // Most operations share the same few schemas, and converting one takes a millisecond.
  const known = {
    input: new Map<z.core.$ZodType, SchemaObject>(),
    output: new Map<z.core.$ZodType, SchemaObject>(),
  };
  return {
    collected,
    of(schema, io) {
      const before = known[io].get(schema);
      if (before) return before;
      const {
        $schema: _,
        $defs,
        ...own
      } = z.toJSONSchema(schema, {
        io,
        // An arbitrary value has no keyword, and neither has a check in code.
        unrepresentable: 'any',
        override: ({ jsonSchema }) => tidy(jsonSchema, io),
      });
      for (const [id, definition] of Object.entries($defs ?? {})) {
        // For a schema of requests and responses the looser form is used: that of responses.
        if (io === 'output' || !Object.hasOwn(collected, id)) collected[id] = withRoot(definition);
      }
      const converted = withRoot(own);
      known[io].set(schema, converted);
      return converted;
    },
  };
}

/** Removes keywords that only reflect how zod validates. */
function tidy(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  if (schema.format === 'date-time') delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.propertyNames && Object.keys(schema.propertyNames).join() === 'type')
    delete schema.propertyNames;
  // Clients must expect new fields in responses.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
}

/** References into `$defs` become references to components. */
function withRoot(schema: unknown): SchemaObject {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', ROOT) : value,
  );
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}
