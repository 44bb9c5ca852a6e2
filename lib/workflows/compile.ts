// Compiles a workflow that was sent to the API, with this stage's actions and functions.
import { type Catalogue, readCatalogue } from '../actions/catalogue.ts';
import { liveAliasArn, stateMachineName } from '../arns.ts';
import { type CompileResult, compile } from '../compiler/compile.ts';
import { setting } from '../config.ts';
import { ApiProblem, type RequestProblem } from '../problem.ts';
import { withoutDocumentFields } from '../schemas/document-fields.ts';
import { type WorkflowStore, workflowStore } from '../stores/workflows.ts';
import { savedWorkflows } from './saved-workflows.ts';

export type Compiled = Extract<CompileResult, { ok: true }>;

/** AWS's limit for the name of a state machine. */
const MAX_STATE_MACHINE_NAME = 80;

export interface CompileDependencies {
  readonly catalogue?: Catalogue | Promise<Catalogue>;
  readonly store?: WorkflowStore;
  readonly now?: () => Date;
}

/**
 * Also checks that the state machine's name is not too long for AWS in this stage.
 * @param version which version of the workflow the definition will be
 */
export async function compileWorkflow(
  document: unknown,
  version: number,
  { catalogue = readCatalogue(), store = workflowStore(), now = () => new Date() }: CompileDependencies = {},
): Promise<CompileResult> {
  const functionArnPrefix = setting('FUNCTION_ARN_PREFIX');
  const sent = withoutDocumentFields(document);
  const actions = await catalogue;
  const result = compile(sent, {
    catalogue: actions,
    functionArn: (name) => functionArnPrefix + name,
    stateMachineArn: (id) => liveAliasArn(id),
    workflows: await savedWorkflows(sent, actions, store),
    version,
    apiUrl: setting('API_URL'),
    now: now().getTime(),
  });
  if (!result.ok) return result;
  const { id } = result.workflow;
  const name = stateMachineName(id);
  if (name.length <= MAX_STATE_MACHINE_NAME) return result;
  const message = `The state machine would be named ${name}, which is longer than the ${MAX_STATE_MACHINE_NAME} characters that AWS allows`;
  const hint = `the id may have ${MAX_STATE_MACHINE_NAME - (name.length - id.length)} characters at most`;
  return {
    ok: false,
    problems: [{ code: 'invalid-id', pointer: '/id', message, hint }],
    warnings: result.warnings,
  };
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
