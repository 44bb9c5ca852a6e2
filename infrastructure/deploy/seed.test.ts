// Saving the shipped documents, with the real clients against the local S3 and Step Functions.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateStateMachineCommand, DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { templateStore } from '../../lib/stores/templates.ts';
import { workflowStore } from '../../lib/stores/workflows.ts';
import { replaceWorkflow } from '../../lib/workflows/save.ts';
import { createAwsServer } from '../../local/aws/server.ts';
import { createS3 } from '../../local/s3/s3.ts';
import { createScheduler } from '../../local/scheduler/scheduler.ts';
import { createStates } from '../../local/states/create-states.ts';
import { buildCatalogue } from '../build-catalogue.ts';
import { calledFirst, seedDocuments } from './seed.ts';

const PLACE = 'us-east-1:000000000000';
const STATE_MACHINES = `arn:aws:states:${PLACE}:stateMachine:ai-orchestra-local-`;
const ROLE = 'arn:aws:iam::000000000000:role/state-machines';
const WORKFLOWS = [
  'answer_issue',
  'email_to_notion',
  'generate_sop_to_github',
  'simple_ai_completion',
  'triage_mail',
  'weekly_digest',
];
const TEMPLATES = ['code_review', 'email_summary', 'meeting_notes', 'sop_generator'];

let folder: string;
let closing: readonly { close(): Promise<void> }[];
let sfn: SFNClient;
let dependencies: Required<
  Pick<NonNullable<Parameters<typeof seedDocuments>[1]>, 'workflows' | 'templates' | 'sfn' | 'scheduler'>
>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'));
  const s3Service = createS3({ directory: join(folder, 's3') });
  const states = await createStates({
    database: ':memory:',
    lambdaEndpoint: undefined,
    region: 'us-east-1',
    accountId: '000000000000',
  });
  const scheduler = createScheduler({
    directory: join(folder, 'scheduler'),
    groups: ['ai-orchestra-local'],
    startExecution: async () => {},
    onMissed: () => {},
    onFailed: () => {},
  });
  const server = createAwsServer([s3Service, states, scheduler]);
  closing = [server, scheduler, states, s3Service];
  for (const bucket of ['workflows', 'templates']) await s3Service.createBucket(bucket, { versioned: true });
  const endpoint = await server.listen(0);
  const config = { region: 'us-east-1', endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  sfn = new SFNClient(config);
  dependencies = {
    workflows: workflowStore(s3, 'workflows'),
    templates: templateStore(s3, 'templates'),
    sfn,
    scheduler: new SchedulerClient(config),
  };
  await writeFile(join(folder, 'catalogue.json'), JSON.stringify(await buildCatalogue()));
  vi.stubEnv('CATALOGUE_FILE', join(folder, 'catalogue.json'));
  vi.stubEnv('STATE_MACHINE_ARN_PREFIX', STATE_MACHINES);
  vi.stubEnv('STATE_MACHINE_ROLE_ARN', ROLE);
  vi.stubEnv('WORKFLOWS_BUCKET', 'workflows');
  vi.stubEnv('SCHEDULE_GROUP', 'ai-orchestra-local');
  vi.stubEnv('API_URL', 'https://api.example.com');
  vi.stubEnv('FUNCTION_ARN_PREFIX', `arn:aws:lambda:${PLACE}:function:ai-orchestra-local-`);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  for (const one of closing) await one.close();
  await rm(folder, { recursive: true });
});

test('saves what is shipped, also where the stack has made the state machine already, and then leaves it alone', async () => {
  const pass = { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } } };
  await sfn.send(
    new CreateStateMachineCommand({
      name: 'ai-orchestra-local-email_to_notion',
      roleArn: ROLE,
      definition: JSON.stringify(pass),
    }),
  );

  expect(await seedDocuments('deploy', dependencies)).toEqual({ workflows: WORKFLOWS, templates: TEMPLATES });

  const saved = await dependencies.workflows.read('email_to_notion');
  expect(saved?.document).toMatchObject({ version: 1, updated_by: 'deploy' });
  const machine = await sfn.send(
    new DescribeStateMachineCommand({ stateMachineArn: saved?.document.state_machine_version_arn }),
  );
  expect(JSON.parse(machine.definition ?? '').Comment).toMatch(/^email_to_notion version 1/);
  expect((await dependencies.templates.read('email_summary'))?.metadata).toMatchObject({
    'updated-by': 'deploy',
  });

  expect(await seedDocuments('deploy', dependencies)).toEqual({ workflows: [], templates: [] });
});

test('keeps what a user changed and brings back what a user deleted', async () => {
  await seedDocuments('deploy', dependencies);
  const { workflows, templates, scheduler } = dependencies;
  const before = await workflows.read('simple_ai_completion');
  const changed = { ...before?.document.workflow, description: 'mine' };
  await replaceWorkflow(changed, 'ada', 'simple_ai_completion', '*', { store: workflows, sfn, scheduler });
  await templates.delete('code_review', (await templates.read('code_review'))?.etag ?? '');

  expect(await seedDocuments('deploy', dependencies)).toEqual({ workflows: [], templates: ['code_review'] });

  const after = await workflows.read('simple_ai_completion');
  expect(after?.document).toMatchObject({ version: 2, updated_by: 'ada', workflow: { description: 'mine' } });
});

test('a shipped workflow comes after those that it runs', () => {
  const runs = (...called: string[]) => ({
    id: 'w',
    steps: called.map((workflow, index) => ({ id: `s${index}`, workflow })),
  });
  const files = new Map(
    Object.entries({ a: runs('d', 'not_shipped'), b: runs(), c: runs('c'), d: runs('b', 'a') }),
  );
  expect([...calledFirst(files, []).keys()]).toEqual(['b', 'd', 'a', 'c']);
});
