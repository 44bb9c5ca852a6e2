// npm run package: the CloudFormation template and the functions' zips in .serverless/, without AWS or network.
import { runServerless } from './run-serverless.ts';
import { targetOf } from './target.ts';

try {
  process.exitCode = await runServerless('package', targetOf());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
