// How large a definition can be.
import { utf8Bytes } from '../../utf8.ts';
import { Refused } from '../problems/refused.ts';
import type { Definition } from './definition.ts';

/**
 * Step Functions' limit for a definition, and also for the whole of the request that it is sent in (developer guide,
 * "Service quotas"). There it is a string, with an escape for each of its quotes.
 */
export const MAX_REQUEST_BYTES = 1_048_576;
/** Room for what else is in the request: headers with signature and session token, the name, the role. */
const REQUEST_ROOM = 8192;

export function fitsRequest(definition: Definition): boolean {
  const text = JSON.stringify(definition);
  return utf8Bytes(JSON.stringify(text)) + REQUEST_ROOM <= MAX_REQUEST_BYTES;
}

export function definitionTooLarge(): Refused {
  return new Refused({
    code: 'definition-too-large',
    pointer: '',
    message: `The compiled workflow does not fit into a request to Step Functions, which holds ${MAX_REQUEST_BYTES} bytes`,
    hint: 'Split it into several workflows, or move large texts and defaults out of it.',
  });
}
