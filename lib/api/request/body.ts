// Reads the body of a request: its size, its media type, its JSON.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { parseExactly } from '../../exact-json.ts';
import { isJsonType } from '../../json.ts';
import { refuseLosses } from '../../json-losses.ts';
import { jsonMistake, MAX_JSON_DEPTH } from '../../json-mistake.ts';
import { ApiProblem } from '../../problem.ts';
import { SourceText } from '../../source-text.ts';

/** 1 MB, in bytes after base64 is undone. */
export const MAX_BODY_BYTES = 1_048_576;

/**
 * The value of a JSON body, undefined when there is no body.
 * @param exactNumbers whether large whole numbers keep their digits, as parseExactly has it; else they are refused
 * @throws ApiProblem body-too-large, unsupported-media-type, invalid-json
 */
export function readBody(
  event: Pick<APIGatewayProxyEventV2, 'body' | 'headers' | 'isBase64Encoded'>,
  { exactNumbers = false } = {},
): unknown {
  const bytes = bodyBytes(event);
  if (bytes.length === 0) return undefined;
  if (bytes.length > MAX_BODY_BYTES) {
    throw new ApiProblem(
      'body-too-large',
      `The body has ${bytes.length} bytes; ${MAX_BODY_BYTES} are allowed`,
    );
  }
  checkMediaType(event.headers['content-type']);
  const text = decoded(bytes);
  if (text.trim() === '') return undefined;
  const value = parsed(text, exactNumbers ? parseExactly : JSON.parse);
  if (text.length > MAX_JSON_DEPTH && deeperThan(value, MAX_JSON_DEPTH)) {
    throw new ApiProblem('invalid-json', `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels`);
  }
  refuseLosses(text, { keepsDigits: exactNumbers });
  return value;
}

/** The body as it was sent: API Gateway passes on in base64 what it does not take for text. */
export function bodyBytes(event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

function checkMediaType(contentType: string | undefined): void {
  // Without the header the sender has said nothing wrong (RFC 9110, section 8.3).
  if (contentType === undefined) return;
  const [mediaType = ''] = contentType.split(';');
  if (isJsonType(mediaType)) return;
  throw new ApiProblem(
    'unsupported-media-type',
    `The body was sent as ${JSON.stringify(mediaType.trim())}; send it with Content-Type: application/json`,
  );
}

function decoded(bytes: Buffer): string {
  try {
    // A byte order mark is dropped; bytes that are no UTF-8 are refused rather than replaced.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiProblem('invalid-json', 'The body is not UTF-8, which JSON must be (RFC 8259, section 8.1)');
  }
}

function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    throw new ApiProblem('invalid-json', `The body is not valid JSON: ${mistake(text)}`);
  }
}

function mistake(text: string): string {
  const { what, offset } = jsonMistake(text);
  const { line, column } = new SourceText(text).place(offset);
  const found = text.slice(offset, offset + 20).split('\n')[0];
  const near = found ? `, near ${JSON.stringify(found)}` : ', at the end of the body';
  return `${what} at line ${line}, column ${column} (position ${offset})${near}`;
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => deeperThan(inner, levels - 1));
}
