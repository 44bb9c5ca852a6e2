// Compiles a workflow that was sent to the API, with this stage's actions and functions.
import { type Catalogue, readCatalogue } from '../actions/catalogue.ts';
import type { CompileResult } from '../compiler/compile.ts';
import { setting } from '../config.ts';
import { ApiProblem, type RequestProblem } from '../problem.ts';
import { type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { compileSent, type Deployment } from './compile-sent.ts';
import { savedIn } from './saved-workflows.ts';

export type Compiled = Extract<CompileResult, { ok: true }>;

export interface CompileDependencies {
  readonly catalogue?: Catalogue | Promise<Catalogue>;
  readonly store?: WorkflowStore;
  readonly now?: () => Date;
}

/** Where this stage's definitions run. */
export function deployment(): Deployment {
  return {
    function_arn_prefix: setting('FUNCTION_ARN_PREFIX'),
    state_machine_arn_prefix: setting('STATE_MACHINE_ARN_PREFIX'),
    api_url: setting('API_URL'),
  };
}

/** @param version which version of the workflow the definition will be */
export async function compileWorkflow(
  document: unknown,
  version: number,
  { catalogue = readCatalogue(), store = workflowStore(), now = () => new Date() }: CompileDependencies = {},
): Promise<CompileResult> {
  return compileSent(document, {
    ...{ catalogue: await catalogue, deployment: deployment(), version, now: now().getTime() },
    saved: savedIn(store),
  });
}

/**
 * @param id the id that the workflow must have; any when left out
 * @throws ApiProblem invalid-workflow with every mistake
 */
export async function compiledOrProblem(
  document: unknown,
  version: number,
  id?: string,
  dependencies?: CompileDependencies,
): Promise<Compiled> {
  const result = await compileWorkflow(document, version, dependencies);
  if (!result.ok) throw invalidWorkflow(result.problems);
  if (id === undefined || result.workflow.id === id) return result;
  throw invalidWorkflow([
    {
      code: 'id-differs',
      pointer: '/id',
      message: `The workflow’s id is ${result.workflow.id}, but it was sent to /workflows/${id}`,
      hint: `a workflow’s id cannot be changed: send ${id}, or create another workflow`,
    },
  ]);
}

/** @param compiled the new version of a workflow of the other type */
export function typeChangeProblem({ workflow: { id, type = 'standard' } }: Compiled): ApiProblem {
  return invalidWorkflow([
    {
      code: 'type-fixed',
      pointer: '/type',
      message: `The type of a workflow cannot be changed, and ${id} is not ${type}: AWS fixes the type of a state machine when it is created`,
      hint: 'create another workflow, or delete this one first',
    },
  ]);
}

function invalidWorkflow(problems: readonly RequestProblem[]): ApiProblem {
  const count = problems.length === 1 ? 'one mistake' : `${problems.length} mistakes`;
  return new ApiProblem('invalid-workflow', `The workflow has ${count}: ${problems[0]?.message ?? ''}`, {
    problems,
  });
}
