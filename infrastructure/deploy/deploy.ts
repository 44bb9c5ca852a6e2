// npm run deploy -- --stage prod: deploys the stack, then saves the shipped templates and workflows in it.
import { type Target, targetOf } from '../stack/target.ts';
import { runServerless } from './run-serverless.ts';
import { seedDocuments } from './seed.ts';
import { type StackOutputs, seedSettings, stackOutputs } from './stack-outputs.ts';

try {
  process.exitCode = await deploy(targetOf());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function deploy(target: Target): Promise<number> {
  process.env['AWS_REGION'] = target.region;
  // CloudFormation fails to update a shipped state machine that a user deleted; seeding creates it again.
  const before = await stackOutputs(target.stage);
  if (before) await seed(before);
  const code = await runServerless('deploy', target);
  if (code !== 0) return code;
  const after = await stackOutputs(target.stage);
  if (!after)
    throw new TypeError(`The stack ai-orchestra-${target.stage} lacks outputs that serverless.yml gives it`);
  const { workflows, templates } = await seed(after);
  console.log(
    `Saved ${workflows.length} workflows and ${templates.length} templates that were not there yet.`,
  );
  console.log(`API        ${after.HttpApiUrl}`);
  console.log(`User pool  ${after.UserPoolId}`);
  return 0;
}

function seed(stack: StackOutputs) {
  // lib/ reads its settings from the environment, as in a function.
  Object.assign(process.env, seedSettings(stack));
  return seedDocuments('deploy');
}
