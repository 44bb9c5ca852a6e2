// `npm run rebuild:runs`: makes the index of runs anew (docs/deploy.md says with which settings).
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { rebuildIndex } from '../../lib/executions/rebuild-index.ts';

const count = await rebuildIndex({ s3: new S3Client({}), sfn: new SFNClient({}) });
console.log(`${count} runs are in the index`);
