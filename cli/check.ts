// Compiles workflow files, and locates every problem in its file.
import { isUtf8 } from 'node:buffer';
import { LIVE_ALIAS } from '../lib/arns.ts';
import { type CompileResult, compile, type Problem } from '../lib/compiler/compile.ts';
import { locate } from '../lib/compiler/problems/locate.ts';
import { type JsonLoss, jsonLosses } from '../lib/json-losses.ts';
import { jsonMistake } from '../lib/json-mistake.ts';
import { withoutDocumentFields } from '../lib/schemas/document-fields.ts';
import { type Place, SourceText } from '../lib/source-text.ts';
import { ANYWHERE } from './deployment.ts';
import type { Io } from './io.ts';
import { knownWorkflows } from './known-workflows.ts';
import type { WorkflowFile } from './workflow-files.ts';

export interface PlacedProblem extends Omit<Problem, 'code'> {
  /** One of the compiler's, or of the JSON itself. */
  readonly code: Problem['code'] | 'invalid-json' | JsonLoss['code'];
  readonly place: Place;
}

export interface Checked {
  readonly file: string;
  readonly source: SourceText;
  readonly problems: readonly PlacedProblem[];
  readonly warnings: readonly PlacedProblem[];
  /** Ids of workflows that it calls and that are not among the files, so that the calls were not checked. */
  readonly notChecked: readonly string[];
  /** Undefined when there are problems. */
  readonly compiled: Extract<CompileResult, { ok: true }> | undefined;
}

/** The same compiler and problems as `POST /workflows/validate`, with the files in place of the saved workflows. */
export async function check(
  files: readonly WorkflowFile[],
  { catalogue }: Pick<Io, 'catalogue'>,
  { functionArnPrefix, apiUrl } = ANYWHERE,
): Promise<Checked[]> {
  const actions = await catalogue();
  const options = {
    catalogue: actions,
    functionArn: (name: string) => functionArnPrefix + name,
    stateMachineArn: (id: string) => `\${StateMachineArnPrefix}${id}:${LIVE_ALIAS}`,
    version: 1,
    apiUrl,
    now: Date.now(),
  };
  const documents = files.map(({ file, bytes }) => ({ file, ...documentOf(bytes) }));
  const separately = documents.map(({ mistake, document }) =>
    mistake ? undefined : compile(withoutDocumentFields(document), options),
  );
  const { workflows, unknownCalls, hasCalls } = knownWorkflows(documents, separately, actions);
  return documents.map(({ file, source, mistake, document }, index): Checked => {
    if (mistake)
      return { file, source, problems: [mistake], warnings: [], notChecked: [], compiled: undefined };
    const first = separately[index];
    const compiled =
      first && !hasCalls[index] ? first : compile(withoutDocumentFields(document), { ...options, workflows });
    const losses = lossProblems(source);
    return {
      file,
      source,
      notChecked: unknownCalls[index] ?? [],
      problems: [...losses, ...(compiled.ok ? [] : placed(source, compiled.problems))],
      warnings: placed(source, compiled.warnings),
      compiled: compiled.ok && losses.length === 0 ? compiled : undefined,
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

/** What JSON.parse would lose without a word. */
function lossProblems(source: SourceText): PlacedProblem[] {
  return jsonLosses(source).map(({ offset, ...problem }) => ({ ...problem, place: source.place(offset) }));
}

function placed(source: SourceText, problems: readonly Problem[]): PlacedProblem[] {
  const offsets = locate(source.text, problems);
  return problems.map((problem, index) => ({ ...problem, place: source.place(offsets[index] ?? 0) }));
}
