// aimock drops `text.format` of a Responses request before it asks for the answer, so the schema goes along as a message.

const MARK = 'emulated-model-schema:';

export function schemaMessage(schema: unknown): { role: 'system'; content: string } {
  return { role: 'system', content: MARK + JSON.stringify(schema) };
}

/** The schema that a message carries, as JSON text; undefined of any other message. */
export function carriedSchema(message: string): string | undefined {
  return message.startsWith(MARK) ? message.slice(MARK.length) : undefined;
}
