// A problem found in a workflow, every code there is, and the suggestions that problems carry.
import { distance } from 'fastest-levenshtein';

/** docs/workflows.md explains each code by a bad example, what it prints, and the fix. */
export const problemCodes = [
  'wrong-type',
  'missing-key',
  'unknown-key',
  'invalid-value',
  'invalid-id',
  'duplicate-step',
  'no-steps',
  'no-step-kind',
  'several-step-kinds',
  'key-not-applicable',
  'forbidden-key',
  'too-deep',
  'next-step-unknown',
  'next-step-cycle',
  'several-first-steps',
  'step-unreachable',
  'expression-unclosed',
  'expression-syntax',
  'expression-delimiter',
  'expression-in-key',
  'json-path',
  'root-in-path',
  'when-not-expression',
  'unknown-reference',
  'unknown-field',
  'later-step',
  'step-not-visible',
  'may-not-have-run',
  'unknown-function',
  'not-allowed',
  'reserved-name',
  'unknown-action',
  'unknown-workflow',
  'workflow-input',
  'workflow-cycle',
  'unknown-parameter',
  'missing-parameter',
  'invalid-parameter',
  'type-mismatch',
  'unlikely-comparison',
  'list-length',
  'may-be-null',
  'default-mismatch',
  'unlikely-default',
  'retry-errors',
  'invalid-duration',
  'invalid-timestamp',
  'reserved-error',
  'return-not-here',
  'variable-scope',
  'tolerance-without-continue',
  'duplicate-tool',
  'invalid-schema',
  'unlikely-error',
  'longer-than-limit',
  'no-trigger-kind',
  'invalid-schedule',
  'never-due',
  'duplicate-webhook',
  'trigger-input',
  'not-in-express',
  'literal-too-large',
  'definition-too-large',
  'event-budget',
  'undeclared-input',
  'no-effect',
  'unused-input',
  'unused-output',
  'unreachable-step',
  'never-runs',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

export interface Problem {
  readonly code: ProblemCode;
  /** Where in the document: a JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
  /** Where in the string at `pointer`, in UTF-16 code units from 1; only for expressions. */
  readonly column?: number;
}

export type Report = (problem: Problem) => void;

/** Of more candidates only so many are compared, so that a thousand mistakes in a large workflow are found quickly. */
const MAX_CANDIDATES = 1000;

/**
 * The candidate that a misspelt name most probably meant: at most a third of its letters differ.
 * Candidates are compared without regard to case.
 */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  let compared = 0;
  for (const candidate of candidates) {
    if (++compared > MAX_CANDIDATES) break;
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const d = distance(wanted, candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** "Did you mean …?" followed by what there is. */
export function suggestion(name: string, candidates: Iterable<string>, whatThereIs: string): string {
  const names = list(candidates);
  if (names === '') return `There are no ${whatThereIs}.`;
  const meant = closest(name, candidates);
  const there = `${whatThereIs.charAt(0).toUpperCase()}${whatThereIs.slice(1)}: ${names}.`;
  return meant === undefined ? there : `Did you mean ${meant}? ${there}`;
}

/** `a, b, c`, of long lists the first twenty; `` of an empty one. */
export function list(names: Iterable<string>): string {
  const first: string[] = [];
  for (const name of names) {
    if (first.length === 20) return `${first.join(', ')} and others`;
    first.push(name);
  }
  return first.join(', ');
}

/** A value as a message shows it: JSON, cut after 60 characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
