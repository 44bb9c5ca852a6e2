// What is selected on the page of a run. The URL names it, so that graph, timeline, steps and JSON always show the same.
import { oneOf, text } from '../../frame/search.ts';

export const views = ['graph', 'timeline', 'steps', 'json', 'compare'] as const;
export type View = (typeof views)[number];
export const parts = ['result', 'input', 'attempts', 'turns', 'raw'] as const;
export type Part = (typeof parts)[number];

export const selectionShape = {
  view: oneOf(views, 'graph'),
  step: text,
  /** The iterations of the loops that the step is in: `2.17` */
  index: text,
  /** Of a distributed loop: an iteration by its name. */
  iteration: text,
  part: oneOf(parts, 'result'),
  /** The run that this one is compared with. */
  with: text,
};

export interface Selection {
  readonly step: string;
  readonly index: string;
  readonly iteration: string;
}

export const indexesOf = (index: string): readonly number[] =>
  /^\d+(\.\d+)*$/.test(index) ? index.split('.').map(Number) : [];

export const indexText = (index: readonly number[]): string => index.join('.');
