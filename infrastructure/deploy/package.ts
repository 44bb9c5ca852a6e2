// npm run package: the CloudFormation template and the functions' zips in .serverless/, without AWS or network.
import { targetOf } from '../stack/target.ts';
import { runServerless } from './run-serverless.ts';

try {
  process.exitCode = await runServerless('package', targetOf());
  if (process.exitCode === 0) {
    console.log(
      'The template is .serverless/cloudformation-template-update-stack.json, each function a zip beside it.',
    );
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
