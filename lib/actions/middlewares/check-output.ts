// Lets only an output pass that fits its schema and a state of Step Functions, without the connection's secrets.
import type * as z from 'zod';
import type { InvocationValue } from '../../invocation-value.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';
import { checkSize } from '../invocation/output-size.ts';
import { withoutSecrets } from '../invocation/redact.ts';

/** Throws OutputTooLarge, and zod's error for what does not fit, which is a mistake of the action. */
export function checkOutput(schema: z.ZodObject, secrets: InvocationValue<object>): ActionMiddleware {
  return {
    after(request) {
      const output = schema.parse(request.response);
      request.response = checkSize(withoutSecrets(output, Object.values(secrets.get(request.context))));
    },
  };
}
