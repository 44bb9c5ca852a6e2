// Checks the input against the action's schema.
import type * as z from 'zod';
import type { InvocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import { illFormedInput, invalidInput } from '../invocation/invalid-input.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';
import { illFormedText } from '../invocation/well-formed.ts';

/** Throws InvalidInput. */
export function validateInput<Input extends z.ZodObject>(
  schema: Input,
  event: InvocationValue<ActionEvent>,
  input: InvocationValue<z.output<Input>>,
): ActionMiddleware {
  return {
    before({ context }) {
      const given = event.get(context).input;
      const illFormed = illFormedText(given);
      if (illFormed) throw illFormedInput(illFormed);
      const parsed = schema.safeParse(withoutNulls(given, schema));
      if (!parsed.success) throw invalidInput('The input', parsed.error);
      input.set(context, parsed.data);
    },
  };
}

/**
 * An expression that gives nothing arrives as null, since JSON has no other word for it: an optional parameter that
 * takes no null is then left out.
 */
function withoutNulls(input: unknown, schema: z.ZodObject): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const meansNothing = ([key, value]: [string, unknown]) => {
    const parameter: z.ZodType | undefined = schema.shape[key];
    return (
      value === null && parameter?.safeParse(undefined).success === true && !parameter.safeParse(null).success
    );
  };
  return Object.fromEntries(Object.entries(input).filter((entry) => !meansNothing(entry)));
}
