// What the editor says of the state of things.
import type { Checked } from './check/checker.ts';

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `2 problems, 1 warning`. */
export function problemCount({ text, problems }: Checked): string {
  if (text === undefined) return 'Being checked';
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  if (problems.length === 0) return 'No problems';
  if (warnings === 0) return counted(errors, 'problem');
  return `${errors === 0 ? 'No problems' : counted(errors, 'problem')}, ${counted(warnings, 'warning')}`;
}

interface SavedState {
  readonly isDirty: boolean;
  readonly isNew: boolean;
  /** Whether the browser keeps what is not saved. */
  readonly hasRoom: boolean;
  /** Why it cannot be saved. */
  readonly why: string | undefined;
}

export function savedState({ isDirty, isNew, hasRoom, why }: SavedState): string {
  if (!isDirty && !isNew) return `Saved${why === undefined ? '' : `. ${why}`}`;
  if (!hasRoom) return 'Not saved, and this browser has no room to keep it: save it before you leave';
  const what = isNew ? 'Not saved yet; kept in this browser' : 'Changes not saved yet; kept in this browser';
  return `${what}${why === undefined ? '' : `. ${why}`}`;
}

/** Undefined when it can be saved. */
export function whyNotSaved(role: string, checked: Checked): string | undefined {
  if (!mayEdit(role)) return 'Only editors and admins can save and run workflows';
  const errors = errorsIn(checked);
  return errors === 0 ? undefined : `${counted(errors, 'problem')} to be mended before it can be saved`;
}

/** Undefined when a step of it can be tested. */
export function whyNotTested(role: string, checked: Checked): string | undefined {
  if (!mayEdit(role)) return 'Only editors and admins can test steps';
  const errors = errorsIn(checked);
  return errors === 0
    ? undefined
    : `${counted(errors, 'problem')} of the workflow to be mended before a step can be tested`;
}

const mayEdit = (role: string): boolean => role === 'editor' || role === 'admin';

/** None where nothing is known: the service says what is wrong. */
function errorsIn({ text, problems, failure }: Checked): number {
  if (text === undefined || failure !== undefined) return 0;
  return problems.filter(({ severity }) => severity === 'error').length;
}

export function draftNotice(at: number): string {
  const when = new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  return `You see what you had written on ${when} and not saved.`;
}
