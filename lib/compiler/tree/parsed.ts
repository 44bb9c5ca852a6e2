// What parsing a document gives: steps with their kinds, and where each stands in the document.
import type { StepKind, StepOf } from '../../workflow-format/steps.ts';
import type { Workflow } from '../../workflow-format/workflow.ts';
import type { Positions } from '../expressions/source-edits.ts';

/** A step and where it stands in the document as it was given. */
export interface ParsedStep<Kind extends StepKind = StepKind> {
  readonly step: StepOf<Kind>;
  readonly kind: Kind;
  readonly pointer: string;
  /** Where the step's params stand: the older format also has them beside the step's own keys. */
  readonly valuesPointer: string;
  /** The steps within it, by the key they stand under: `steps`, `else`, `on_error`, `switch/0`, `parallel/<name>`. */
  readonly inner: ReadonlyMap<string, readonly ParsedStep[]>;
}

export interface Parsed {
  readonly workflow: Workflow;
  readonly steps: readonly ParsedStep[];
  /** Run when the workflow has failed; empty when there are none. */
  readonly onFailure: readonly ParsedStep[];
  /** Ids of steps whose result is unknown because of a mistake: references to them are not checked. */
  readonly brokenSteps: ReadonlySet<string>;
  readonly inputsPointer: string;
  readonly isOlderFormat: boolean;
  /** Of the older format: what was replaced in its strings, by the pointer of each. */
  readonly edits?: ReadonlyMap<string, Positions>;
}

/** The steps and those within them. */
export function allSteps(steps: readonly ParsedStep[]): ParsedStep[] {
  return steps.flatMap((step) => [step, ...[...step.inner.values()].flatMap(allSteps)]);
}
