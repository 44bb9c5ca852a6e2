// Workflow files compiled, and every problem with its place in its file.
import { isUtf8 } from 'node:buffer';
import { withoutDocumentFields } from '../lib/api/schemas/document-fields.ts';
import { type CompileResult, compile, type Problem } from '../lib/compiler/compile.ts';
import { jsonMistake } from '../lib/json-mistake.ts';
import { type Place, SourceText } from '../lib/source-text.ts';
import type { Io } from './io.ts';
import { locate } from './locate.ts';
import type { WorkflowFile } from './workflow-files.ts';

export interface PlacedProblem extends Omit<Problem, 'code'> {
  /** One of the compiler's, or `invalid-json`. */
  readonly code: Problem['code'] | 'invalid-json';
  readonly place: Place;
}

export interface Checked {
  readonly file: string;
  readonly source: SourceText;
  readonly problems: readonly PlacedProblem[];
  readonly warnings: readonly PlacedProblem[];
  /** Undefined when there are problems. */
  readonly compiled: Extract<CompileResult, { ok: true }> | undefined;
}

/** `${FunctionArnPrefix}`: what a definition has in place of the ARNs' beginning until it is deployed. */
export const FUNCTION_ARN_PREFIX = `\${FunctionArnPrefix}`;
/** Likewise for the API's address. */
const API_URL = `\${ApiUrl}`;

/** The same compiler and the same answers as `POST /workflows/validate`. */
export async function check(
  files: readonly WorkflowFile[],
  { catalogue }: Pick<Io, 'catalogue'>,
  functionArnPrefix = FUNCTION_ARN_PREFIX,
): Promise<Checked[]> {
  const actions = await catalogue();
  const options = {
    catalogue: actions,
    functionArn: (name: string) => functionArnPrefix + name,
    version: 1,
    apiUrl: API_URL,
  };
  const documents = files.map(({ file, bytes }) => ({ file, ...documentOf(bytes) }));
  return documents.map(({ file, source, mistake, document }): Checked => {
    if (mistake) return { file, source, problems: [mistake], warnings: [], compiled: undefined };
    const compiled = compile(withoutDocumentFields(document), options);
    return {
      file,
      source,
      problems: compiled.ok ? [] : placed(source, compiled.problems),
      warnings: compiled.ok ? placed(source, compiled.warnings) : [],
      compiled: compiled.ok ? compiled : undefined,
    };
  });
}

interface ReadDocument {
  readonly source: SourceText;
  readonly document?: unknown;
  readonly mistake?: PlacedProblem;
}

function documentOf(bytes: Uint8Array): ReadDocument {
  const source = new SourceText(new TextDecoder().decode(bytes));
  const mistake = (what: string, offset: number, hint?: string): ReadDocument => ({
    source,
    mistake: {
      code: 'invalid-json',
      pointer: '',
      message: `This is not valid JSON: ${what}`,
      ...(hint === undefined ? {} : { hint }),
      place: source.place(offset),
    },
  });
  if (!isUtf8(bytes)) {
    return mistake('it is not UTF-8 (RFC 8259, section 8.1)', Math.max(0, source.text.indexOf('\ufffd')));
  }
  try {
    return { source, document: JSON.parse(source.text) };
  } catch {
    const { what, offset, hint } = jsonMistake(source.text);
    return mistake(what, offset, hint);
  }
}

function placed(source: SourceText, problems: readonly Problem[]): PlacedProblem[] {
  const offsets = locate(source.text, problems);
  return problems.map((problem, index) => ({ ...problem, place: source.place(offsets[index] ?? 0) }));
}
