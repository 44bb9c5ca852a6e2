// What the kinds of steps are checked with.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { Report } from '../problems/problem.ts';
import type { ParamsCheck } from './params.ts';
import type { CallChains, SavedWorkflows } from './saved-workflows.ts';

export interface CheckContext {
  /** By id. */
  readonly actions: ReadonlyMap<string, CatalogueAction>;
  /** Of the workflow that is compiled. */
  readonly workflowId: string;
  /** Undefined when nothing is known of other workflows. */
  readonly saved: SavedWorkflows | undefined;
  readonly callChains: CallChains;
  readonly checkParams: ParamsCheck;
  /** How many bytes of schemas have been read, which takes long. */
  readonly schemas: { bytes: number };
  readonly report: Report;
}
