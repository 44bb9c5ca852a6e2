// The shipped workflows as state machines of the stack, found by their compiled definitions in statemachines/.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isExpress, workflowHead } from '../../lib/workflow-format/workflow.ts';
import { projectFolder } from '../project-folder.ts';
import type { Resource } from './roles.ts';

const shipped = join(projectFolder, 'statemachines');
const SUFFIX = '.asl.json';

/** The ids of the folder's workflows, sorted. */
async function workflows(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** One state machine for each shipped workflow, of the workflow's type, named as the API names its state machines. */
export async function stateMachines(stage: string, folder = shipped): Promise<Record<string, Resource>> {
  const ids = await workflows(folder);
  return Object.fromEntries(
    await Promise.all(ids.map(async (id) => [logicalId(id), await stateMachine(id, stage, folder)])),
  );
}

/** `email_to_notion` -> `EmailToNotionStateMachine` */
function logicalId(id: string): string {
  const words = id.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}StateMachine`;
}

/**
 * The substitutions for the stage's ARNs in definitions. Workflows that call each other name the alias `live`, which is
 * created with its version when the workflow is saved after the deployment (seed.ts).
 */
const substitutions = {
  FunctionArnPrefix: `lambda:\${AWS::Region}:\${AWS::AccountId}:function`,
  StateMachineArnPrefix: `states:\${AWS::Region}:\${AWS::AccountId}:stateMachine`,
};

async function stateMachine(id: string, stage: string, folder: string): Promise<Resource> {
  const read = async (suffix: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, id + suffix), 'utf8'));
  const text = JSON.stringify(await read(SUFFIX));
  const workflow = workflowHead
    .pick({ type: true })
    .loose()
    .parse(await read('.workflow.json'));
  const used = Object.entries(substitutions).filter(([name]) => text.includes(`\${${name}}`));
  return {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: `ai-orchestra-${stage}-${id}`,
      StateMachineType: isExpress(workflow) ? 'EXPRESS' : 'STANDARD',
      RoleArn: { 'Fn::GetAtt': ['StateMachineRole', 'Arn'] },
      DefinitionString: text,
      DefinitionSubstitutions: {
        ...Object.fromEntries(
          used.map(([name, arn]) => [
            name,
            { 'Fn::Sub': `arn:\${AWS::Partition}:${arn}:ai-orchestra-${stage}-` },
          ]),
        ),
        ApiUrl: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] },
      },
    },
  };
}
