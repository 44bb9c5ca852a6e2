// The shipped workflows as state machines of the stack, found by their compiled definitions in statemachines/.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from './project-folder.ts';
import type { Resource } from './roles.ts';

const folder = join(projectFolder, 'statemachines');
const SUFFIX = '.asl.json';

/** The ids of the shipped workflows, sorted. */
async function shippedWorkflows(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** One STANDARD state machine a shipped workflow, named as the API names those of its users. */
export async function stateMachines(stage: string): Promise<Record<string, Resource>> {
  const ids = await shippedWorkflows();
  return Object.fromEntries(
    await Promise.all(ids.map(async (id) => [logicalId(id), await stateMachine(id, stage)])),
  );
}

/** `email_to_notion` -> `EmailToNotionStateMachine` */
function logicalId(id: string): string {
  const words = id.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}StateMachine`;
}

async function stateMachine(id: string, stage: string): Promise<Resource> {
  const definition: unknown = JSON.parse(await readFile(join(folder, `${id}${SUFFIX}`), 'utf8'));
  return {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: `ai-orchestra-${stage}-${id}`,
      StateMachineType: 'STANDARD',
      RoleArn: { 'Fn::GetAtt': ['StateMachineRole', 'Arn'] },
      DefinitionString: JSON.stringify(definition),
      DefinitionSubstitutions: {
        FunctionArnPrefix: {
          'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:ai-orchestra-${stage}-`,
        },
        ApiUrl: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] },
      },
    },
  };
}
