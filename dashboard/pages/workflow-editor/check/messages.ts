// What the page and the worker that checks tell each other. Other workflows are read by the page: the worker has no network.
import type { AnswerBody } from '../../../api/routes.ts';
import type { Account, FoundProblem } from './check-text.ts';
import type { FieldSchema } from './field-schema.ts';
import type { Explained, TextOffers } from './help-text.ts';

export type SavedWorkflow = AnswerBody<'GET /workflows/{id}'>;

/** What the worker wants to know of the account while it checks. */
export type Question = { readonly read: string } | { readonly ids: number };

/** How workflows and steps are written: steps by kind, and what those schemas refer to. */
export interface StepSchemas {
  readonly workflow: FieldSchema;
  readonly kinds: Readonly<Record<string, FieldSchema>>;
  readonly definitions: Readonly<Record<string, FieldSchema>>;
}

export type ToWorker =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'check'; readonly text: string }
  | {
      readonly kind: 'offer' | 'explain';
      readonly number: number;
      readonly text: string;
      readonly offset: number;
    }
  | { readonly kind: 'answer'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'no-answer'; readonly number: number; readonly message: string };

export type FromWorker =
  | { readonly kind: 'schemas'; readonly schemas: StepSchemas }
  | { readonly kind: 'question'; readonly number: number; readonly question: Question }
  | { readonly kind: 'checked'; readonly problems: readonly FoundProblem[] }
  | { readonly kind: 'offers'; readonly number: number; readonly offers: TextOffers | undefined }
  | { readonly kind: 'explained'; readonly number: number; readonly explained: Explained | undefined }
  | { readonly kind: 'failed'; readonly message: string };
