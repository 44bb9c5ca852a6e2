// The body of a delivery as a value: JSON, the fields of a form, or a text.
import { unzipSync } from 'node:zlib';
import { parseExactly } from '../exact-json.ts';
import { isJsonType, isObject } from '../json.ts';
import { refuseLosses } from '../json-losses.ts';
import { deeperThan } from '../json-mistake.ts';
import { ApiProblem } from '../problem.ts';
import type { Webhook } from '../workflow-format/triggers.ts';
import { type Delivery, senderOf } from './webhook-signature.ts';

/** AWS's limit for the input of an execution, in bytes of UTF-8. */
export const MAX_INPUT_BYTES = 262_144;

/** Step Functions allows 1,000 levels of nesting in a value; two of them are around the body. */
const MAX_DEPTH = 998;

/** GitHub and Slack put JSON into this field of a form. */
const JSON_FIELD = 'payload';

/**
 * What is not what its media type says stays a text.
 * @throws ApiProblem invalid-json when it is nested too deep, or has a number that is larger than any that is kept;
 *   body-too-large when what it is compressed of is larger than an input
 */
export function bodyOf(webhook: Webhook, { headers, body: sent }: Delivery): unknown {
  const body = uncompressed(headers['content-encoding'], sent);
  // Without the header it is JSON, as nearly all senders mean.
  const [type = '', ...parameters] = (headers['content-type'] || 'application/json').split(';');
  const mediaType = type.trim().toLowerCase();
  const sender = senderOf(webhook);
  // A form is UTF-8 whatever a label says (https://url.spec.whatwg.org/#application/x-www-form-urlencoded).
  if (mediaType === 'application/x-www-form-urlencoded') {
    const form = new URLSearchParams(decoded(body));
    const payload = form.get(JSON_FIELD);
    // https://docs.github.com/webhooks/webhook-events-and-payloads, "Delivery headers";
    // https://api.slack.com/interactivity/handling#payloads
    if ((sender === 'github' || sender === 'slack') && payload !== null) return jsonOr(payload);
    return fieldsOf(form);
  }
  // The services that are known send JSON, whatever they call it.
  const isKnown = sender !== undefined && sender !== 'token';
  const text = decoded(body, charsetOf(parameters));
  return isKnown || isJsonType(mediaType) ? jsonOr(text) : text;
}

/** Signatures are of the bytes as they are sent, so that this comes after they are checked. */
function uncompressed(encoding: string | undefined, body: Buffer): Buffer {
  if (!/^\s*(?:x-)?(?:gzip|deflate)\s*$/i.test(encoding ?? '')) return body;
  try {
    return unzipSync(body, { maxOutputLength: MAX_INPUT_BYTES });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(MAX_INPUT_BYTES + 1);
    // It was uncompressed on its way, or never compressed.
    return body;
  }
}

export function tooLarge(bytes: number): ApiProblem {
  return new ApiProblem(
    'body-too-large',
    `The delivery would be an input of ${bytes} bytes; Step Functions allows ${MAX_INPUT_BYTES}`,
  );
}

/** Texts by name; of a name that comes more than once, the list of them. */
function fieldsOf(form: URLSearchParams): Record<string, string | string[]> {
  const names = new Set(form.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

function jsonOr(text: string): unknown {
  const tooDeep = deeperThan(text, MAX_DEPTH) !== undefined;
  // Reading it would exhaust the stack, so that whether it is JSON is not known: as one it is refused, as a text passed on.
  if (tooDeep) {
    if (!isJson(text)) return text;
    throw new ApiProblem('invalid-json', `The delivery is nested deeper than ${MAX_DEPTH} levels`);
  }
  if (!isJson(text)) return text;
  refuseLosses(text, { keepsDigits: true, takesLastKey: true });
  return parseExactly(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Without a byte order mark. Bytes that are no UTF-8 are read as the charset says, and replaced where it says nothing. */
function decoded(body: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return new TextDecoder(charset).decode(body);
  }
}

function charsetOf(parameters: readonly string[]): string | undefined {
  const values = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(one)?.[1]);
  return values.find((value) => value !== undefined && isCharset(value));
}

function isCharset(label: string): boolean {
  try {
    return Boolean(new TextDecoder(label));
  } catch {
    return false;
  }
}

/** The text or number at a path of names, of a body or of anything else. */
export function fieldOf(body: unknown, path: string): string | undefined {
  let value = body;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  if (JSON.isRawJSON(value)) return value.rawJSON;
  return typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined;
}
