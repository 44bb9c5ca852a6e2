// A workflow compiled to Amazon States Language: parse, resolve, check, emit. Pure; every problem is found at once.
import type { Catalogue } from '../actions/catalogue.ts';
import type { Workflow } from '../workflow-format/workflow.ts';
import type { Definition } from './asl/definition.ts';
import { definitionTooLarge, fitsRequest, MAX_REQUEST_BYTES } from './asl/request-size.ts';
import type { SavedWorkflows } from './check/saved-workflows.ts';
import { check } from './check.ts';
import { connectionsOf } from './connections.ts';
import { emit } from './emit.ts';
import { withinEventBudget } from './event-budget.ts';
import { kindOf } from './kinds.ts';
import { lint } from './lint.ts';
import { inGivenString } from './parse/older-format/upgrade.ts';
import { parse } from './parse.ts';
import { problemKinds } from './problems/codes.ts';
import { inDocumentOrder } from './problems/document-order.ts';
import type { Problem, Report } from './problems/problem.ts';
import { Refused } from './problems/refused.ts';
import { resolve } from './resolve.ts';
import type { Given } from './resolve-block.ts';
import { allSteps, type Parsed } from './tree/parsed.ts';
import type { UsedConnection } from './tree/used-connection.ts';

export type { Definition } from './asl/definition.ts';
export { workflowVersion } from './asl/definition.ts';
export type { SavedWorkflow, SavedWorkflows } from './check/saved-workflows.ts';
export type { Problem } from './problems/problem.ts';

export interface CompileOptions {
  readonly catalogue: Catalogue;
  /** The ARN of an action's Lambda: `github-create-issue` comes in. */
  readonly functionArn: (functionName: string) => string;
  /** The ARN by which a workflow runs another one: its id comes in. */
  readonly stateMachineArn: (workflowId: string) => string;
  /** What is known of other workflows; when left out nothing is said of whether they exist. */
  readonly workflows?: SavedWorkflows;
  readonly version: number;
  /** The address of the API that people reach, without a slash at its end. */
  readonly apiUrl: string;
  /**
   * What a run has given already that goes on by this workflow: by variable its values, of a loop's several. Steps that
   * read them are checked against these where they are of other types than the workflow's own would be.
   */
  readonly given?: Given;
  /** The time, in milliseconds since 1970: schedules whose last time has passed are warned of. */
  readonly now?: number;
}

export type CompileResult =
  | {
      readonly ok: true;
      /** The document in the current format; the older one comes out upgraded. */
      readonly workflow: Workflow;
      readonly definition: Definition;
      /** The ids of the workflows that it runs. */
      readonly calls: readonly string[];
      /** Those that its runs read. */
      readonly connections: readonly UsedConnection[];
      readonly warnings: Problem[];
    }
  | {
      readonly ok: false;
      readonly problems: Problem[];
      /** What was found besides; of a workflow with problems not everything is looked at. */
      readonly warnings: Problem[];
    };

/** More are of no use: the rest of the document is not looked at. */
const MAX_PROBLEMS = 1000;
/** Of their texts together: an answer of the API holds them, and may have 6 MB (Lambda's quota). */
const MAX_CHARACTERS = 500_000;
/** Of a message or a hint, which repeat what is written in the document. */
const MAX_MESSAGE = 2000;

class TooManyProblems extends Error {
  override readonly name = 'TooManyProblems';
}

/**
 * Compiles a document in the current or the older format.
 * @returns the definition, or every problem (of very many the first thousand) in the order of the document; it
 *   throws nothing for any JSON
 */
export function compile(document: unknown, options: CompileOptions): CompileResult {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  try {
    return compileReporting(document, options, problems, warnings);
  } catch (error) {
    if (error instanceof TooManyProblems) return notCompiled(document, problems, warnings);
    if (!(error instanceof Refused)) throw error;
    return notCompiled(document, [...problems, error.problem], warnings);
  }
}

function compileReporting(
  document: unknown,
  options: CompileOptions,
  problems: Problem[],
  warnings: Problem[],
): CompileResult {
  const failed = (): CompileResult => notCompiled(document, problems, warnings);
  let edits: Parsed['edits'];
  const characters = { error: 0, warning: 0 };
  const report: Report = (reported) => {
    const { severity } = problemKinds[reported.code];
    const found = severity === 'warning' ? warnings : problems;
    if (found.length === MAX_PROBLEMS || characters[severity] >= MAX_CHARACTERS) {
      if (found === problems) throw new TooManyProblems();
      return;
    }
    const problem = shortened(edits ? inGivenString(reported, document, edits) : reported);
    characters[severity] += lengthOf(problem);
    found.push(problem);
  };

  const actions = new Map(options.catalogue.map((action) => [action.id, action]));
  const parsed = parse(document, options.catalogue, report, options.now);
  if (!parsed) return failed();
  edits = parsed.edits;
  if (callsOf(parsed).length > MAX_CALLED) throw tooManyCalls();
  // References can stand for much more code than they are long, so what they add up to is limited on the way.
  let code = 0;
  const spend = (size: number): void => {
    code += size;
    if (code > MAX_REQUEST_BYTES) throw definitionTooLarge();
  };
  const resolved = resolve(parsed, actions, options, spend, report);
  check(resolved, actions, options.workflows, report);
  if (problems.length > 0) return failed();
  lint(resolved, report);
  const definition = withinEventBudget(emit(resolved, options), resolved, report);
  if (problems.length > 0) return failed();
  if (!fitsRequest(definition)) throw definitionTooLarge();
  return {
    ok: true,
    workflow: resolved.workflow,
    definition,
    calls: callsOf(parsed),
    connections: connectionsOf(resolved),
    warnings: inDocumentOrder(warnings, document),
  };
}

function shortened({ message, hint, ...problem }: Problem): Problem {
  return { ...problem, message: cut(message), ...(hint === undefined ? {} : { hint: cut(hint) }) };
}

function cut(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}

function lengthOf({ pointer, message, hint = '' }: Problem): number {
  return pointer.length + message.length + hint.length;
}

function notCompiled(
  document: unknown,
  problems: readonly Problem[],
  warnings: readonly Problem[],
): CompileResult {
  return {
    ok: false,
    problems: inDocumentOrder(problems, document),
    warnings: inDocumentOrder(warnings, document),
  };
}

/** The id of a document and the ids of the workflows that it runs, as far as it can be read. */
export function calledWorkflows(
  document: unknown,
  catalogue: Catalogue,
): { readonly id: string | undefined; readonly calls: readonly string[] } {
  try {
    const parsed = parse(document, catalogue, () => {});
    return { id: parsed?.workflow.id, calls: parsed ? callsOf(parsed) : [] };
  } catch (error) {
    if (error instanceof Refused) return { id: undefined, calls: [] };
    throw error;
  }
}

/** What each of them is has to be read from the store. */
export const MAX_CALLED = 500;

function tooManyCalls(): Refused {
  return new Refused({
    code: 'too-many',
    pointer: '',
    message: `A workflow can run ${MAX_CALLED} other workflows, and this one names more`,
    hint: 'Split it into several workflows.',
  });
}

function callsOf({ steps, onFailure }: Parsed): string[] {
  const all = [...allSteps(steps), ...allSteps(onFailure)];
  return [...new Set(all.flatMap((parsed) => kindOf(parsed).runs?.(parsed.step) ?? []))];
}
