// Notion's errors (https://developers.notion.com/reference/status-codes) and the messages of its validation.
import type * as z from 'zod';

const statuses = {
  invalid_json: 400,
  invalid_request_url: 400,
  validation_error: 400,
  missing_version: 400,
  unauthorized: 401,
  object_not_found: 404,
  internal_server_error: 500,
} as const;

export type NotionErrorCode = keyof typeof statuses;

export class NotionError extends Error {
  override readonly name = 'NotionError';
  readonly code: NotionErrorCode;
  readonly status: number;

  constructor(code: NotionErrorCode, message: string) {
    super(message);
    this.code = code;
    this.status = statuses[code];
  }
}

export function notFound(kind: string, id: string): NotionError {
  return new NotionError(
    'object_not_found',
    `Could not find ${kind} with ID: ${id}. Make sure the relevant pages and databases are shared with your integration.`,
  );
}

/** Of a change to something in the trash. */
export function archived(): NotionError {
  return new NotionError(
    'validation_error',
    "Can't edit block that is archived. You must unarchive the block before editing.",
  );
}

export function errorResponse({ status, code, message }: NotionError): Response {
  return Response.json(
    { object: 'error', status, code, message, request_id: crypto.randomUUID() },
    { status },
  );
}

/**
 * `value` as `schema` reads it.
 * @param path where the value stands in the request, e.g. `body.children[0]`
 * @throws NotionError validation_error
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path = 'body',
): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const [first] = result.error.issues;
  throw new NotionError(
    'validation_error',
    `${path.split(/[.[]/, 1)} failed validation: ${messageOf(first, path)}`,
  );
}

function messageOf(issue: z.core.$ZodIssue | undefined, path: string): string {
  if (!issue) return `${path} should be valid.`;
  const keys = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  const place = path + keys.join('');
  const instead = JSON.stringify(issue.input);
  if (issue.code === 'too_big' || issue.code === 'too_small') {
    const [sign, bound] = issue.code === 'too_big' ? ['≤', issue.maximum] : ['≥', issue.minimum];
    const counted = typeof issue.input === 'string' || Array.isArray(issue.input);
    const length =
      typeof issue.input === 'string' || Array.isArray(issue.input) ? issue.input.length : instead;
    return `${place}${counted ? '.length' : ''} should be ${sign} \`${bound}\`, instead was \`${length}\`.`;
  }
  if (issue.input === undefined) return `${place} should be defined, instead was \`undefined\`.`;
  if (issue.code === 'invalid_type') {
    const article = /^[aeiou]/.test(issue.expected) ? 'an' : 'a';
    return `${place} should be ${article} ${issue.expected}, instead was \`${instead}\`.`;
  }
  if (issue.code === 'invalid_value') {
    return `${place} should be ${alternatives(issue.values)}, instead was \`${instead}\`.`;
  }
  return `${place} should be valid, instead was \`${instead}\`.`;
}

/** As Notion lists them: `"a"` or `"b"`; `"a"`, `"b"`, or `"c"`. */
function alternatives(values: readonly unknown[]): string {
  const shown = values.map((value) => `\`${JSON.stringify(value)}\``);
  return shown.length < 3 ? shown.join(' or ') : `${shown.slice(0, -1).join(', ')}, or ${shown.at(-1)}`;
}
