// The shipped workflows and the examples compiled: run as a script it writes <name>.asl.json beside each
// <name>.workflow.json, the JSON Schema of workflows, docs/problems.md, docs/actions.md, docs/aws-assumptions.md, the tables of
// CONTRIBUTING.md and docs/architecture.svg.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import { LIVE_ALIAS } from '../../lib/arns.ts';
import { compile } from '../../lib/compiler/compile.ts';
import { workflowJsonSchema } from '../../lib/compiler/json-schema.ts';
import { formatProblem } from '../../lib/compiler/problems/format.ts';
import { contributing, withTables } from '../architecture/tables.ts';
import { buildCatalogue } from '../build-catalogue.ts';
import { actionDocs, actionPage } from './action-docs.ts';
import { architecturePicture, drawArchitecture } from './architecture-picture.ts';
import { assumptionDocs, assumptionPage } from './assumption-docs.ts';
import { problemDocs, problemPage } from './problem-docs.ts';

export const statemachinesFolder = join(import.meta.dirname, '..', '..', 'statemachines');

/** One workflow a feature of the language, small enough to review what it compiles to. */
export const examplesFolder = join(statemachinesFolder, 'examples');

/** What `$schema` of the workflow files names, so that editors complete and check them. */
export const schemaFile = join(statemachinesFolder, 'workflow.schema.json');

export function schemaText(catalogue: Catalogue): string {
  return `${JSON.stringify(workflowJsonSchema(catalogue), null, 2)}\n`;
}

/** The names of the workflow documents in the folder, without `.workflow.json`, sorted. */
export async function workflowNames(folder = statemachinesFolder): Promise<string[]> {
  const files = await readdir(folder);
  return files.flatMap((file) => /^(.+)\.workflow\.json$/.exec(file)?.[1] ?? []).sort();
}

/**
 * The text of a workflow's golden definition. `${FunctionArnPrefix}`, `${StateMachineArnPrefix}` and `${ApiUrl}` in it are
 * replaced on deployment, by CloudFormation's DefinitionSubstitutions.
 * @throws Error naming every problem when the workflow does not compile
 */
export async function golden(
  name: string,
  catalogue: Catalogue,
  folder = statemachinesFolder,
): Promise<string> {
  const document: unknown = JSON.parse(await readFile(join(folder, `${name}.workflow.json`), 'utf8'));
  const functionArn = (functionName: string): string => `\${FunctionArnPrefix}${functionName}`;
  const stateMachineArn = (id: string): string => `\${StateMachineArnPrefix}${id}:${LIVE_ALIAS}`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
  const apiUrl = '${ApiUrl}';
  const result = compile(document, { catalogue, functionArn, stateMachineArn, version: 1, apiUrl });
  if (!result.ok) {
    throw new Error(
      `${name}.workflow.json does not compile\n${result.problems.map(formatProblem).join('\n')}`,
    );
  }
  return `${JSON.stringify(result.definition, null, 2)}\n`;
}

if (import.meta.main) {
  const catalogue = await buildCatalogue();
  for (const folder of [statemachinesFolder, examplesFolder]) {
    for (const name of await workflowNames(folder)) {
      const file = join(folder, `${name}.asl.json`);
      await writeFile(file, await golden(name, catalogue, folder));
      console.log(relative(join(statemachinesFolder, '..'), file));
    }
  }
  await writeFile(schemaFile, schemaText(catalogue));
  console.log(relative(join(statemachinesFolder, '..'), schemaFile));
  await writeFile(problemDocs, problemPage(catalogue));
  console.log('docs/problems.md');
  await writeFile(actionDocs, actionPage(catalogue));
  console.log('docs/actions.md');
  await writeFile(assumptionDocs, assumptionPage());
  console.log('docs/aws-assumptions.md');
  await writeFile(contributing, withTables(await readFile(contributing, 'utf8')));
  console.log('CONTRIBUTING.md');
  await writeFile(architecturePicture, drawArchitecture());
  console.log('docs/architecture.svg');
}
