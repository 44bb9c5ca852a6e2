// Deploys the packaged template to moto, seeds it, and has the API's functions save, list, start and delete a workflow there.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  paginateListStackResources,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  ConflictException,
  CreateScheduleGroupCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { projectFolder } from '../../infrastructure/project-folder.ts';
import { apiEvent } from '../support/api-event.ts';
import { lambdaContext } from '../support/lambda-context.ts';

const packaged = join(projectFolder, '.serverless');
const stack = 'ai-orchestra-dev';

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), DependsOn: z.union([z.string(), z.array(z.string())]).optional() }),
  ),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});
type Template = z.output<typeof templateSchema>;

/** One thing that was tried, and what came of it when it was not what is right. */
export interface Tried {
  readonly what: string;
  readonly wrong?: string;
}

const intrinsic = z.union([
  z.strictObject({ Ref: z.string() }).transform(({ Ref }) => [Ref] as const),
  z.strictObject({ 'Fn::GetAtt': z.array(z.string()) }).transform(({ 'Fn::GetAtt': names }) => names),
]);

/** The template without an API Gateway, which moto's CloudFormation lacks: what refers to it gets an address. */
export function withoutApi(template: Template): Template {
  const kept = Object.entries(template.Resources).filter(
    ([, { Type }]) => !Type.startsWith('AWS::ApiGatewayV2::'),
  );
  const names = new Set(kept.map(([name]) => name));
  const text = JSON.stringify(
    { Resources: Object.fromEntries(kept), Outputs: template.Outputs },
    (key, value) => {
      if (key === 'DependsOn') return [value].flat().filter((name: string) => names.has(name));
      const { data } = intrinsic.safeParse(value);
      const gone = data?.[0] !== undefined && data[0] in template.Resources && !names.has(data[0]);
      return gone ? 'https://api1.execute-api.us-east-1.amazonaws.com' : value;
    },
  );
  return { ...template, ...templateSchema.parse(JSON.parse(text)) };
}

/** Something that was tried: what was found has to be what is expected. */
type Check = (what: string, expected: unknown, found: unknown) => void;

/** @param endpoint moto's, behind the proxy of aliases; the SDK clients of the product read it of the environment */
export async function judgeDeployment(endpoint: string): Promise<readonly Tried[]> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'none',
  });
  const tried: Tried[] = [];
  const check: Check = (what, expected, found) => {
    const [right, given] = [JSON.stringify(expected), JSON.stringify(found)];
    tried.push(right === given ? { what } : { what, wrong: `${given}, where ${right} is right` });
  };
  await judgeStack(check);
  await judgeSeed(check);
  const call = await apiOf();
  const etag = await judgeSave(call, check);
  await judgeRun(call, check);
  await judgeDelete(call, etag, check);
  return tried;
}

async function judgeStack(check: Check): Promise<void> {
  const { missing, functions } = await deploy();
  check('the stack has every resource of the template', [], missing);
  await useSettingsOf('api-workflows', 'api-executions', 'api-templates');
  // What moto's CloudFormation passes over is made here, under the names that the template gives.
  process.env.SCHEDULE_GROUP = stack;
  await new SchedulerClient({})
    .send(new CreateScheduleGroupCommand({ Name: stack }))
    .catch((error: unknown) => {
      if (!(error instanceof ConflictException)) throw error;
    });
  process.env.CATALOGUE_FILE = join(projectFolder, 'build', 'catalogue.json');
  check('there are functions', true, functions > 30);
}

async function judgeSeed(check: Check): Promise<void> {
  const { seedDocuments } = await import('../../infrastructure/deploy/seed.ts');
  const seeded = await seedDocuments('judge');
  const again = await seedDocuments('judge');
  check(
    'the shipped workflows and templates are saved',
    true,
    seeded.workflows.length > 4 && seeded.templates.length > 2,
  );
  check('what is saved is left alone the next time', { templates: [], workflows: [] }, again);
}

/** @returns the ETag of the saved workflow */
async function judgeSave(call: Call, check: Check): Promise<string> {
  const created = await call('POST /workflows', { body: judged });
  check('a workflow with schedules is saved', 201, created.status);
  check('its schedules are made', 2, await countOfSchedules());
  const changed = await call('PUT /workflows/{id}', {
    path: { id: 'judged' },
    headers: { 'if-match': created.etag },
    body: { ...judged, triggers: judged.triggers.slice(0, 1) },
  });
  check('it is saved again with one schedule less', 200, changed.status);
  check('the other schedule is gone', 1, await countOfSchedules());
  return changed.etag;
}

async function judgeRun(call: Call, check: Check): Promise<void> {
  const started = await call('POST /workflows/{id}/executions', {
    path: { id: 'judged' },
    headers: { prefer: 'wait=10' },
    body: { input: { n: 4 } },
  });
  check(
    'a run is waited for',
    [200, 'succeeded', { twice: 8 }],
    [started.status, started.body.status, started.body.output],
  );
  // moto sends no event when a run starts.
  const { recordExecution } = await import('../../lib/executions/record.ts');
  const { executionArn, executionOfId } = await import('../../lib/arns.ts');
  const run = z.object({ id: z.string(), started_at: z.string() }).parse(started.body);
  await recordExecution({
    executionArn: executionArn(executionOfId(run.id)),
    status: 'RUNNING',
    startDate: Date.parse(run.started_at),
  });
  const listed = await call('GET /executions', { query: { workflow_id: 'judged' } });
  check('the run is listed', [200, started.body.id], [listed.status, firstId(listed.body)]);
}

async function judgeDelete(call: Call, etag: string, check: Check): Promise<void> {
  const workflows = await call('GET /workflows', {});
  check(
    'the workflows are listed',
    [200, true],
    [workflows.status, JSON.stringify(workflows.body).includes('"judged"')],
  );
  const deleted = await call('DELETE /workflows/{id}', {
    path: { id: 'judged' },
    headers: { 'if-match': etag },
  });
  check('it is deleted', 204, deleted.status);
  check('its schedules are gone', 0, await countOfSchedules());
  check(
    'its state machine is gone',
    [],
    (await stateMachines()).filter((name) => name.endsWith('-judged')),
  );
}

const judged = {
  id: 'judged',
  name: 'Judged',
  inputs: { n: { type: 'integer', default: 3 } },
  triggers: [
    { schedule: 'rate(1 hour)' },
    { schedule: 'cron(0 9 ? * MON *)', timezone: 'Europe/Berlin', flexible_window_minutes: 15 },
  ],
  steps: [
    { id: 'pause', wait: { seconds: '{{ 1 }}' } },
    { id: 'end', return: { twice: '{{ inputs.n * 2 }}' } },
  ],
};

async function deploy(): Promise<{ missing: readonly string[]; functions: number }> {
  const cloudFormation = new CloudFormationClient({});
  const s3 = new S3Client({ forcePathStyle: true });
  const first = await readFile(join(packaged, 'cloudformation-template-create-stack.json'), 'utf8');
  const second = await readFile(join(packaged, 'cloudformation-template-update-stack.json'), 'utf8');
  await cloudFormation.send(new CreateStackCommand({ StackName: stack, TemplateBody: first }));
  const template = withoutApi(templateSchema.parse(JSON.parse(second)));
  const bucket = (await resources(cloudFormation)).get('ServerlessDeploymentBucket');
  const keys = new Set(second.match(/serverless\/[^"]+\.zip/g));
  for (const key of keys) {
    const Body = await readFile(join(packaged, basename(key)));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  }
  await cloudFormation.send(
    new UpdateStackCommand({
      StackName: stack,
      TemplateBody: JSON.stringify(template),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
    }),
  );
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
  if (Stacks?.[0]?.StackStatus !== 'UPDATE_COMPLETE')
    throw new Error(`The stack is ${Stacks?.[0]?.StackStatus}`);
  const made = await resources(cloudFormation);
  const wanted = Object.entries(template.Resources);
  return {
    // CloudFormation at moto makes these without listing them, or passes them over.
    missing: wanted
      .filter(([name, { Type }]) => !made.has(name) && !unlisted.has(Type))
      .map(([name]) => name),
    functions: wanted.filter(([name, { Type }]) => Type === 'AWS::Lambda::Function' && made.has(name)).length,
  };
}

const unlisted = new Set([
  'AWS::S3::BucketPolicy',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::ScheduleGroup',
]);

async function resources(client: CloudFormationClient): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of page.StackResourceSummaries ?? []) {
      found.set(LogicalResourceId, PhysicalResourceId);
    }
  }
  return found;
}

/** The settings that the deployed functions have become this process's. */
async function useSettingsOf(...functions: readonly string[]): Promise<void> {
  const lambda = new LambdaClient({});
  for (const name of functions) {
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: `${stack}-${name}` }),
    );
    Object.assign(process.env, Environment?.Variables);
  }
}

interface Answer {
  readonly status: number;
  readonly etag: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Asked {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

type Call = (route: string, asked: Asked) => Promise<Answer>;

const result = z.looseObject({
  statusCode: z.number(),
  headers: z.record(z.string(), z.unknown()).default({}),
  body: z.string().default(''),
});

/** Calls the API's functions as API Gateway would, for an editor. */
async function apiOf(): Promise<Call> {
  const [workflows, executions] = await Promise.all([
    import('../../functions/api/workflows.ts'),
    import('../../functions/api/executions.ts'),
  ]);
  return async (routeKey, { path = {}, query = {}, headers = {}, body }) => {
    const [method = '', template = ''] = routeKey.split(' ');
    const rawPath = template.replace(/\{(\w+)\}/g, (_match, name: string) => path[name] ?? '');
    const event = apiEvent(
      {
        routeKey,
        rawPath,
        pathParameters: path,
        queryStringParameters: query,
        rawQueryString: new URLSearchParams(query).toString(),
        headers: { 'content-type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      },
      { user: 'judge', roles: 'viewer editor admin' },
    );
    event.requestContext.http.method = method;
    const { handler } = template.includes('executions') ? executions : workflows;
    const answer = result.parse(await handler(event, lambdaContext()));
    const text = answer.body === '' ? {} : z.record(z.string(), z.unknown()).parse(JSON.parse(answer.body));
    const etag = Object.entries(answer.headers).find(([name]) => name.toLowerCase() === 'etag')?.[1];
    return { status: answer.statusCode, etag: String(etag ?? ''), body: text };
  };
}

const page = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });
const firstId = (body: unknown): string | undefined => page.safeParse(body).data?.items[0]?.id;

async function countOfSchedules(): Promise<number> {
  const { Schedules = [] } = await new SchedulerClient({}).send(new ListSchedulesCommand({}));
  return Schedules.filter(({ Name = '' }) => Name.startsWith('judged')).length;
}

async function stateMachines(): Promise<readonly string[]> {
  const { stateMachines = [] } = await new SFNClient({}).send(new ListStateMachinesCommand({}));
  return stateMachines.map(({ name = '' }) => name);
}
