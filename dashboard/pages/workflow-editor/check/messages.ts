// What the page and the worker that checks tell each other. Other workflows are read by the page: the worker has no network.
import type { AnswerBody } from '../../../api/routes.ts';
import type { Account, FoundProblem } from './check-text.ts';

export type SavedWorkflow = AnswerBody<'GET /workflows/{id}'>;

/** What the worker wants to know of the account while it checks. */
export type Question = { readonly read: string } | { readonly ids: number };

export type ToWorker =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'check'; readonly text: string }
  | { readonly kind: 'answer'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'no-answer'; readonly number: number; readonly message: string };

export type FromWorker =
  | { readonly kind: 'question'; readonly number: number; readonly question: Question }
  | { readonly kind: 'checked'; readonly problems: readonly FoundProblem[] }
  | { readonly kind: 'failed'; readonly message: string };
