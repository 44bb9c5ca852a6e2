// Finds the step that a JSON pointer into a workflow leads to or into.

/** Steps stand in these lists alone: what else has the form of a step is a value. */
const STEP =
  /^\/(?:steps|on_failure)\/\d+(?:\/(?:(?:switch\/\d+\/)?steps|else|on_error|parallel\/[^/]+)\/\d+)*(?=\/|$)/;

/** @returns the pointer of the innermost step; undefined where the place is in none */
export function stepPointer(pointer: string): string | undefined {
  return STEP.exec(pointer)?.[0];
}
