// What the kinds of steps are checked with.
import type { CatalogueAction } from '../../actions/catalogue.ts';
import type { Report } from '../problems/problem.ts';
import type { ParamsCheck } from './params.ts';
import type { CallChains, SavedWorkflows } from './saved-workflows.ts';
import type { SchemaCheck } from './schemas.ts';

export interface CheckContext {
  /** By id. */
  readonly actions: ReadonlyMap<string, CatalogueAction>;
  /** Of the workflow that is compiled. */
  readonly workflowId: string;
  /** Undefined when nothing is known of other workflows. */
  readonly saved: SavedWorkflows | undefined;
  readonly callChains: CallChains;
  readonly checkParams: ParamsCheck;
  readonly schemaProblem: SchemaCheck;
  readonly report: Report;
}
