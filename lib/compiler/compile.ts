// A workflow compiled to Amazon States Language: parse, resolve, check, emit. Pure; every problem is found at once.
import type { Catalogue } from '../actions/catalogue.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { check } from './check.ts';
import type { Definition } from './definition.ts';
import { emit } from './emit.ts';
import { withinEventBudget } from './event-budget.ts';
import { lint } from './lint.ts';
import { parse } from './parse.ts';
import type { Problem, ProblemCode, Report } from './problems.ts';
import { resolve } from './resolve.ts';

export type { Definition } from './definition.ts';
export { workflowVersion } from './definition.ts';
export type { Problem } from './problems.ts';

export interface CompileOptions {
  readonly catalogue: Catalogue;
  /** The ARN of an action's Lambda: `github-create-issue` comes in. */
  readonly functionArn: (functionName: string) => string;
  readonly version: number;
  /** The address of the API that people reach, without a slash at its end. */
  readonly apiUrl: string;
}

export type CompileResult =
  | {
      readonly ok: true;
      /** The document in the native format; the seeds' format comes out upgraded. */
      readonly workflow: Workflow;
      readonly definition: Definition;
      readonly warnings: Problem[];
    }
  | { readonly ok: false; readonly problems: Problem[] };

/** Step Functions' limit for a definition, in bytes of UTF-8. */
const MAX_DEFINITION_BYTES = 1_048_576;

/** Nobody reads more; the rest of the document is not looked at. */
const MAX_PROBLEMS = 1000;

class TooManyProblems extends Error {
  override readonly name = 'TooManyProblems';
}

/** What does not keep a workflow from running as it is written. */
const WARNINGS: ReadonlySet<ProblemCode> = new Set([
  'expression-in-key',
  'unused-input',
  'unused-output',
  'unreachable-step',
  'never-runs',
  'json-path',
  'root-in-path',
  'unlikely-error',
]);

/**
 * Compiles a document in the native or the seeds' format.
 * @returns the definition, or every problem (of very many the first thousand) in the order of the document; it
 *   throws nothing for any JSON
 */
export function compile(document: unknown, options: CompileOptions): CompileResult {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  try {
    return compileReporting(document, options, problems, warnings);
  } catch (error) {
    if (error instanceof TooManyProblems) return { ok: false, problems: inDocumentOrder(problems) };
    throw error;
  }
}

function compileReporting(
  document: unknown,
  options: CompileOptions,
  problems: Problem[],
  warnings: Problem[],
): CompileResult {
  const report: Report = (problem) => {
    const found = WARNINGS.has(problem.code) ? warnings : problems;
    if (found.length < MAX_PROBLEMS) found.push(problem);
    else if (found === problems) throw new TooManyProblems();
  };
  const tooLarge = (): void =>
    report({
      code: 'definition-too-large',
      pointer: '',
      message: `The compiled workflow has more than ${MAX_DEFINITION_BYTES} bytes, the limit of Step Functions`,
      hint: 'Make it several workflows, or move large texts and defaults out of it.',
    });

  const actions = new Map(options.catalogue.map((action) => [action.id, action]));
  const parsed = parse(document, options.catalogue, report);
  if (!parsed) return { ok: false, problems: inDocumentOrder(problems) };
  // References can stand for much more code than they are long, so what they add up to is limited on the way.
  let code = 0;
  const spend = (characters: number): boolean => {
    code += characters;
    return code <= MAX_DEFINITION_BYTES;
  };
  const resolved = resolve(parsed, actions, options.apiUrl, spend, report);
  check(resolved, actions, report);
  if (code > MAX_DEFINITION_BYTES) tooLarge();
  if (problems.length > 0) return { ok: false, problems: inDocumentOrder(problems) };
  lint(resolved, report);
  const definition = withinEventBudget(emit(resolved, options), resolved, report);
  if (problems.length > 0) return { ok: false, problems: inDocumentOrder(problems) };
  if (Buffer.byteLength(JSON.stringify(definition)) > MAX_DEFINITION_BYTES) {
    tooLarge();
    return { ok: false, problems };
  }
  return { ok: true, workflow: resolved.workflow, definition, warnings: inDocumentOrder(warnings) };
}

/** What belongs to no step comes first; the workflow's output and on_failure come last. */
function inDocumentOrder(problems: readonly Problem[]): Problem[] {
  const place = ({ pointer }: Problem): number => {
    if (pointer.startsWith('/on_failure')) return Number.MAX_SAFE_INTEGER;
    if (pointer.startsWith('/output')) return Number.MAX_SAFE_INTEGER - 1;
    return Number(/^\/steps\/(\d+)/.exec(pointer)?.[1] ?? -1);
  };
  return problems.toSorted((a, b) => place(a) - place(b));
}
