// The error that a Catch took, from the event that left its state.
import type { StateExitedEventDetails } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { jsonOrText } from '../aws-values.ts';
import { type RunError, runError } from './run-error.ts';

const readable = z
  .object({ name: z.string(), message: z.string() })
  .transform(({ name, message }): RunError => ({ name, message }));
const withError = z.object({ error: readable }).transform(({ error }) => error);

/** What the compiler's Catches assign: for on_error, for a step's result, for a time limit, for on_failure. */
const variables: readonly (readonly [names: RegExp, z.ZodType<RunError>])[] = [
  [/^error_/, readable],
  [/^step_/, withError],
  [
    /^late_/,
    z.object({ name: z.string(), cause: z.string() }).transform(({ name, cause }) => runError(name, cause)),
  ],
  [/^failure$/, readable],
];

/** Without an Output a Catch gives Step Functions' own error output (states language, "Fallback States"). */
const given = z.union([
  z
    .object({ Error: z.string(), Cause: z.string().optional() })
    .transform((output) => runError(output.Error, output.Cause)),
  withError,
]);

/** @returns undefined when neither its variables nor its output tell the error */
export function caughtErrorOf({
  output,
  assignedVariables = {},
}: StateExitedEventDetails): RunError | undefined {
  for (const [name, text] of Object.entries(assignedVariables)) {
    const shape = variables.find(([names]) => names.test(name))?.[1];
    const { data } = shape?.safeParse(jsonOrText(text)) ?? {};
    if (data) return data;
  }
  return given.safeParse(jsonOrText(output)).data;
}
