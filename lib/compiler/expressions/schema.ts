// JSON Schemas as an agent has them: what its tools take, and what it answers.

/** Schemas are read as draft 2020-12, whatever they say. */
export function withoutDialect<Schema extends Readonly<Record<string, unknown>>>(
  schema: Schema,
): Omit<Schema, '$schema'> {
  const { $schema: _, ...rest } = schema;
  return rest;
}
