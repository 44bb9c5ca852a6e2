// Removes the fields that the store adds to a document when a client sends back what it read.

const ADDED = ['version', 'created_at', 'updated_at', 'updated_by', 'restored_version', 'warnings'];

/** An object without the fields that only the store sets; any other value as it is. */
export function withoutDocumentFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !ADDED.includes(key)));
}
