// What an assumption about AWS is: a behaviour that definitions or code rely on, and what is known of it.
import type { CheckId } from './checks.ts';

/** Where it is written or was seen that AWS behaves so. */
export type Evidence =
  /** A sentence of AWS's documents. */
  | { readonly document: string; readonly says: string }
  /** A case that others recorded from AWS: its name among those that `npm run conformance` plays. */
  | { readonly recorded: string }
  /** What others measured on AWS. */
  | { readonly measured: string; readonly says: string };

interface Known {
  readonly service:
    | 'Step Functions'
    | 'Lambda'
    | 'EventBridge'
    | 'Scheduler'
    | 'API Gateway'
    | 'S3'
    | 'Cognito'
    | 'Systems Manager';
  /** The behaviour, as a sentence. */
  readonly says: string;
  /** What relies on it: files or folders of this project. */
  readonly reliedOnBy: readonly [string, ...string[]];
}

/** Something is known of it, or `npm run verify:account` finds out. */
export type Assumption = Known &
  (
    | { readonly evidence: readonly [Evidence, ...Evidence[]]; readonly check?: CheckId }
    | { readonly evidence?: never; readonly check: CheckId }
  );
