// What the page and the worker that checks tell each other. Other workflows are read by the page: the worker has no network.
import type { TextEdit } from '../../../../lib/compiler/problems/locate.ts';
import type { StepUse } from '../../../../lib/compiler/step-uses.ts';
import type { AnswerBody } from '../../../api/routes.ts';
import type { Account, FoundProblem } from './check-text.ts';
import type { FieldSchema } from './field-schema.ts';
import type { Explained, Place, TextOffers } from './help-text.ts';

export type SavedWorkflow = AnswerBody<'GET /workflows/{id}'>;

/** What the worker wants to know of the account while it checks. */
export type Question = { readonly read: string } | { readonly ids: number };

/** How workflows and steps are written: steps by kind, and what those schemas refer to. */
export interface StepSchemas {
  readonly workflow: FieldSchema;
  readonly kinds: Readonly<Record<string, FieldSchema>>;
  readonly definitions: Readonly<Record<string, FieldSchema>>;
}

/** What the page wants to know of a text besides its problems. */
export type Request =
  | { readonly about: 'offers' | 'explained'; readonly text: string; readonly place: Place }
  /** What changes where a step of one id is named that gets another. */
  | { readonly about: 'renaming'; readonly text: string; readonly from: string; readonly to: string }
  /** Where steps are named. */
  | { readonly about: 'uses'; readonly text: string };

/** What it is told. */
export interface Answers {
  readonly offers: TextOffers | undefined;
  readonly explained: Explained | undefined;
  readonly renaming: readonly TextEdit[];
  readonly uses: readonly StepUse[];
}

export type ToWorker =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'check'; readonly text: string }
  | { readonly kind: 'request'; readonly number: number; readonly request: Request }
  | { readonly kind: 'answer'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'no-answer'; readonly number: number; readonly message: string };

export type FromWorker =
  | { readonly kind: 'schemas'; readonly schemas: StepSchemas }
  | { readonly kind: 'question'; readonly number: number; readonly question: Question }
  | { readonly kind: 'checked'; readonly problems: readonly FoundProblem[] }
  | { readonly kind: 'told'; readonly number: number; readonly told: Partial<Answers> }
  | { readonly kind: 'failed'; readonly message: string };
