// Lets only an output pass that fits its schema and a state of Step Functions, without the connection's secrets.
import type * as z from 'zod';
import { secretTexts } from '../../connections/secret-texts.ts';
import type { InvocationValue } from '../../invocation-value.ts';
import type { ActionEvent } from '../invocation/action-event.ts';
import type { ActionMiddleware } from '../invocation/invocation.ts';
import { checkSize } from '../invocation/output-size.ts';
import { withoutSecrets } from '../invocation/redact.ts';
import { keepLargeTexts } from '../large-values/keep.ts';
import { ownerOf } from '../large-values/reference.ts';
import type { LargeValueStore } from '../large-values/store.ts';

interface Known {
  readonly event: InvocationValue<ActionEvent>;
  readonly signal: InvocationValue<AbortSignal>;
  readonly secrets: InvocationValue<object>;
  /** Of the connection. */
  readonly provider: string;
}

/**
 * Takes what is too large for the run to S3. Throws OutputTooLarge for what is too large even so, ProviderUnavailable, and
 * zod's error for what does not fit the schema, which is a mistake of the action.
 */
export function checkOutput(
  schema: z.ZodObject,
  { event, signal, secrets, provider }: Known,
  store: LargeValueStore,
): ActionMiddleware {
  return {
    async after(request) {
      const { context, response } = request;
      const output = withoutSecrets(schema.parse(response), secretTexts(provider, secrets.get(context)));
      const owner = ownerOf(event.get(context).execution);
      const options = { schema, owner, store, signal: signal.get(context) };
      request.response = checkSize(await keepLargeTexts(output, options));
    },
  };
}
