// Compiles a workflow as it was sent, for a deployment. Without I/O of its own: the API and the browser's editor share it.
import type { Catalogue } from '../actions/catalogue.ts';
import { liveAliasArn, stateMachineName } from '../arns.ts';
import { type CompileResult, compile } from '../compiler/compile.ts';
import { withoutDocumentFields } from '../schemas/document-fields.ts';
import { type ReadSaved, savedWorkflows } from './saved-workflows.ts';

/** AWS's limit for the name of a state machine. */
const MAX_STATE_MACHINE_NAME = 80;

/** What a definition holds of the deployment that it runs in. */
export interface Deployment {
  readonly function_arn_prefix: string;
  readonly state_machine_arn_prefix: string;
  /** The address of the API that people reach, without a slash at its end. */
  readonly api_url: string;
}

export interface SentOptions {
  readonly catalogue: Catalogue;
  readonly deployment: Deployment;
  /** The workflows that it may run. */
  readonly saved: ReadSaved;
  /** Which version of the workflow the definition will be. */
  readonly version: number;
  /** The time, in milliseconds since 1970. */
  readonly now: number;
}

/** Also checks that the state machine's name is not too long for AWS in this deployment. */
export async function compileSent(
  document: unknown,
  { catalogue, deployment, saved, version, now }: SentOptions,
): Promise<CompileResult> {
  const sent = withoutDocumentFields(document);
  const prefix = deployment.state_machine_arn_prefix;
  const result = compile(sent, {
    catalogue,
    functionArn: (name) => deployment.function_arn_prefix + name,
    stateMachineArn: (id) => liveAliasArn(id, prefix),
    workflows: await savedWorkflows(sent, catalogue, saved),
    version,
    apiUrl: deployment.api_url,
    now,
  });
  if (!result.ok) return result;
  const { id } = result.workflow;
  const name = stateMachineName(id, prefix);
  if (name.length <= MAX_STATE_MACHINE_NAME) return result;
  const message = `The state machine would be named ${name}, which is longer than the ${MAX_STATE_MACHINE_NAME} characters that AWS allows`;
  const hint = `the id may have ${MAX_STATE_MACHINE_NAME - (name.length - id.length)} characters at most`;
  return {
    ok: false,
    problems: [{ code: 'invalid-id', pointer: '/id', message, hint }],
    warnings: result.warnings,
  };
}
