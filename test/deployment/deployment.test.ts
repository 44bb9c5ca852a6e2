// The deployment, checked without AWS: the packaged template and zips against the code and against AWS's own schemas.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import aslValidator from 'asl-validator';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { projectFolder } from '../../infrastructure/project-folder.ts';
import { type LambdaFunction, lambdaFunctions } from '../../infrastructure/stack/functions.ts';
import { roleId } from '../../infrastructure/stack/roles.ts';
import { readCatalogue } from '../../lib/actions/catalogue.ts';
import { routes } from '../../lib/api/routes/route-table.ts';
import {
  allowStatements,
  importHandler,
  lambda,
  packageStage,
  propertiesOf,
  readTemplate,
  readZips,
  role,
  type Template,
  templateFile,
} from './package.ts';

/** The longest stage that is allowed. */
const STAGE = 'abcdefghijkl';
const PREFIX = `ai-orchestra-${STAGE}-`;
const ARN = 'eu-west-1:123456789012';
/** These take seconds on a free machine, more on a busy one. */
const SLOW_MS = 600_000;

let packaged: Awaited<ReturnType<typeof packageStage>>;
let template: Template;
let functions: readonly LambdaFunction[];

beforeAll(async () => {
  packaged = await packageStage(STAGE);
  functions = lambdaFunctions(await readCatalogue(join(projectFolder, 'build/catalogue.json')));
  template = await readTemplate();
}, SLOW_MS);

function properties<T extends z.ZodType>(type: string, schema: T): Record<string, z.output<T>> {
  return propertiesOf(template, type, schema);
}

function lambdas(): Record<string, z.output<typeof lambda>> {
  const all = Object.values(properties('AWS::Lambda::Function', lambda));
  return Object.fromEntries(all.map((value) => [value.FunctionName.slice(PREFIX.length), value]));
}

describe('the template', () => {
  test(
    'is valid by AWS’s resource schemas',
    () => {
      const engine = new CelEngine();
      try {
        const { diagnostics } = engine.validateStandard(new TemplateFile(templateFile), {
          severityLevel: 'WARN',
          // A DependsOn that a reference implies: Serverless writes both.
          exclude: { ids: ['W3005'] },
        });
        expect(diagnostics.map(({ ruleId, message }) => `${ruleId} ${message}`)).toEqual([]);
      } finally {
        engine.free();
      }
    },
    SLOW_MS,
  );

  test('keeps below CloudFormation’s limits of 500 resources and 1 MB, with room to grow', async () => {
    expect(Object.keys(template.Resources).length).toBeLessThan(400);
    expect((await stat(templateFile)).size).toBeLessThan(700_000);
  });

  test('packaging warns of nothing', () => {
    expect(packaged.printed).not.toMatch(/warning|deprecat|error/i);
    expect(packaged.left.filter((name) => !name.startsWith('node-compile-cache'))).toEqual([]);
  });

  test('names of functions fit 64 characters at the longest stage', () => {
    const names = Object.keys(lambdas()).map((name) => PREFIX + name);
    expect(names.filter((name) => name.length > 64)).toEqual([]);
  });
});

describe('functions', () => {
  test('are those that there are, each as the list says', () => {
    const deployed = lambdas();
    expect(Object.keys(deployed).sort()).toEqual(functions.map(({ name }) => name).sort());
    for (const { name, file, timeoutSeconds, memoryMb } of functions) {
      expect(deployed[name]).toMatchObject({
        Handler: file.replace(/\.ts$/, '.handler'),
        Timeout: timeoutSeconds,
        MemorySize: memoryMb,
        Role: `<${roleId(name)}.Arn>`,
      });
    }
  });

  test('get only the settings that they read, each with its value', () => {
    const deployed = lambdas();
    for (const { name, environment } of functions) {
      const given = Object.keys(deployed[name]?.Environment.Variables ?? {});
      expect(environment, name).toEqual(expect.arrayContaining(given));
    }
    expect(deployed['github-create-issue']?.Environment.Variables).toEqual({
      CONNECTIONS_PATH: `/ai-orchestra/${STAGE}/connections`,
      LOGS_BUCKET: '<LogsBucket>',
    });
    expect(deployed['record-execution']?.Environment.Variables).toEqual({
      LOGS_BUCKET: '<LogsBucket>',
      RUNS_BUCKET: '<RunsBucket>',
      STATE_MACHINE_ARN_PREFIX: `arn:aws:states:${ARN}:stateMachine:${PREFIX}`,
      WORKFLOWS_BUCKET: '<WorkflowsBucket>',
    });
  });

  test('have a log group each that is not kept for ever', () => {
    const group = z.object({ LogGroupName: z.string(), RetentionInDays: z.literal(30) });
    const names = Object.values(properties('AWS::Logs::LogGroup', group)).map(
      ({ LogGroupName }) => LogGroupName,
    );
    expect(names.sort()).toEqual(functions.map(({ name }) => `/aws/lambda/${PREFIX}${name}`).sort());
  });
});

describe('roles', () => {
  test('there is one a function, one for state machines and one for schedules, and no other', () => {
    const ids = Object.keys(properties('AWS::IAM::Role', role));
    expect(ids.sort()).toEqual(
      [...functions.map(({ name }) => roleId(name)), 'StateMachineRole', 'ScheduleRole'].sort(),
    );
  });

  /** What AWS authorises on no resource (service authorization reference), each alone in its statement. */
  const onNoResource = ['states:TestState', 'ssm:DescribeParameters'];
  const isOnNoResource = ({ Action, Resource }: { Action: readonly string[]; Resource: readonly string[] }) =>
    isDeepStrictEqual(Resource, ['*']) && Action.length === 1 && onNoResource.includes(Action[0] ?? '');

  test('allow no wildcard action and no resource beyond this stage', () => {
    const statements = Object.entries(properties('AWS::IAM::Role', role)).flatMap(([id, { Policies }]) =>
      Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map((value) => ({ id, ...value }))),
    );
    // The last part may be open where the names of what users make cannot be known: objects of one bucket,
    // log streams of one group, this stage's state machines, executions, Map Runs and schedules, one provider's connections.
    const narrow = [
      /^arn:aws:s3:::<\w+Bucket>(\/\w+\/\*)?$/,
      new RegExp(`^arn:aws:logs:${ARN}:log-group:/aws/lambda/${PREFIX}[a-z0-9-]+:\\*$`),
      new RegExp(
        `^arn:aws:states:${ARN}:(stateMachine:${PREFIX}\\*|execution:${PREFIX}\\*(/\\*)?:\\*|mapRun:${PREFIX}\\*/\\*:\\*)$`,
      ),
      new RegExp(
        `^arn:aws:ssm:${ARN}:parameter/ai-orchestra/${STAGE}/(connections/[a-z]+/\\*|connection-tokens/(notion|webhook)/\\*|oauth-clients/[a-z]+)$`,
      ),
      new RegExp(`^arn:aws:cognito-idp:${ARN}:userpool/<UserPool>$`),
      new RegExp(`^arn:aws:lambda:${ARN}:function:${PREFIX}[a-z0-9-]+$`),
      new RegExp(`^arn:aws:sqs:${ARN}:<(UnrecordedExecutionsQueue|UnstartedRunsQueue).QueueName>$`),
      new RegExp(`^arn:aws:scheduler:${ARN}:schedule/ai-orchestra-${STAGE}/\\*$`),
      // The rule by which Step Functions itself hears of the end of executions; its name is given.
      new RegExp(`^arn:aws:events:${ARN}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule$`),
      /^arn:aws:iam::123456789012:role\/<(StateMachineRole|ScheduleRole)>$/,
    ];
    // AWS authorises listing schedules on this and nothing narrower.
    const listing = {
      Action: ['scheduler:ListSchedules'],
      Resource: [`arn:aws:scheduler:${ARN}:schedule/*/*`],
    };
    const wide = statements
      .filter(
        ({ Action, Resource }) =>
          !isDeepStrictEqual({ Action, Resource }, listing) && !isOnNoResource({ Action, Resource }),
      )
      .filter(
        ({ Effect, Action, Resource }) =>
          Effect !== 'Allow' ||
          Action.some((action) => action.includes('*')) ||
          Resource.some((resource) => !narrow.some((pattern) => pattern.test(resource))),
      );
    expect(wide).toEqual([]);
  });

  test('and no policy of a bucket or queue opens it to everyone or to every action', () => {
    const statements = allowStatements(template);
    expect(statements.length).toBeGreaterThan(functions.length);
    const open = statements.filter(
      ({ Action, Resource, Principal }) =>
        Action.some((action) => action.includes('*')) ||
        (Resource.includes('*') && !isOnNoResource({ Action, Resource })) ||
        JSON.stringify(Principal ?? null).includes('*'),
    );
    expect(open).toEqual([]);
  });

  test('can be taken by one service only', () => {
    for (const [id, { AssumeRolePolicyDocument }] of Object.entries(properties('AWS::IAM::Role', role))) {
      const service = id === 'StateMachineRole' ? 'states' : id === 'ScheduleRole' ? 'scheduler' : 'lambda';
      expect(AssumeRolePolicyDocument.Statement, id).toEqual([
        {
          Effect: 'Allow',
          Principal: { Service: `${service}.amazonaws.com` },
          Action: 'sts:AssumeRole',
          ...(service !== 'lambda' && {
            Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
          }),
        },
      ]);
    }
  });
});

describe('the HTTP API', () => {
  test('has every route of the table, with the authorizer unless it needs no token', () => {
    const route = z.object({ RouteKey: z.string(), AuthorizationType: z.string().optional() });
    const deployed = Object.values(properties('AWS::ApiGatewayV2::Route', route));
    expect(Object.fromEntries(deployed.map((value) => [value.RouteKey, value.AuthorizationType]))).toEqual(
      Object.fromEntries(
        routes.map(({ method, path, role: least }) => [
          `${method} ${path}`,
          least === null ? undefined : 'CUSTOM',
        ]),
      ),
    );
    expect(deployed).toHaveLength(routes.length);
  });

  test('asks the authorizer with the token as the whole cache key, for a minute at most', () => {
    expect(Object.values(properties('AWS::ApiGatewayV2::Authorizer', z.unknown()))).toEqual([
      expect.objectContaining({
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        IdentitySource: ['$request.header.Authorization'],
        AuthorizerResultTtlInSeconds: 60,
      }),
    ]);
  });
});

describe('buckets', () => {
  test('are private, encrypted and outlive the stack; those of documents are versioned, and expire old versions', () => {
    for (const name of ['Workflows', 'Templates', 'Logs', 'Runs']) {
      const bucket = template.Resources[`${name}Bucket`];
      expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(bucket?.Properties).toMatchObject({
        BucketName: `${PREFIX}${name.toLowerCase()}-123456789012`,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      });
      const isIndex = name === 'Runs';
      expect(bucket?.Properties['VersioningConfiguration'], name).toEqual(
        isIndex ? undefined : { Status: 'Enabled' },
      );
      expect(JSON.stringify(bucket?.Properties).includes('NoncurrentVersionExpiration'), name).toBe(!isIndex);
    }
  });

  test('refuse plain HTTP, every one of the stack', () => {
    const policy = z.object({
      Bucket: z.string(),
      PolicyDocument: z.object({ Statement: z.array(z.unknown()) }),
    });
    const policies = Object.values(properties('AWS::S3::BucketPolicy', policy));
    const buckets = Object.keys(properties('AWS::S3::Bucket', z.unknown()));
    expect(policies.map(({ Bucket }) => Bucket).sort()).toEqual(buckets.map((id) => `<${id}>`).sort());
    const tlsOnly = z.tuple([
      z.object({
        Effect: z.literal('Deny'),
        Principal: z.literal('*'),
        Action: z.literal('s3:*'),
        Condition: z.object({ Bool: z.object({ 'aws:SecureTransport': z.stringbool().or(z.boolean()) }) }),
      }),
    ]);
    for (const { PolicyDocument } of policies) {
      expect(tlsOnly.parse(PolicyDocument.Statement)[0].Condition.Bool['aws:SecureTransport']).toBe(false);
    }
  });
});

describe('users', () => {
  test('are made by an admin, with strong passwords, in the three groups that are the roles', () => {
    expect(template.Resources['UserPool']?.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: 'ACTIVE',
      Policies: {
        PasswordPolicy: {
          MinimumLength: 14,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
        },
      },
    });
    const group = z.object({ GroupName: z.string() });
    const names = Object.values(properties('AWS::Cognito::UserPoolGroup', group)).map(
      ({ GroupName }) => GroupName,
    );
    expect(names).toEqual(['viewer', 'editor', 'admin']);
  });

  test('log in through a client that tells nothing about who exists and whose tokens can be revoked', () => {
    expect(template.Resources['UserPoolClient']?.Properties).toMatchObject({
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      AccessTokenValidity: 15,
      TokenValidityUnits: { AccessToken: 'minutes' },
    });
  });
});

describe('state machines', () => {
  const machine = z.object({
    StateMachineName: z.string(),
    StateMachineType: z.enum(['STANDARD', 'EXPRESS']),
    RoleArn: z.literal('<StateMachineRole.Arn>'),
    DefinitionString: z.string(),
    DefinitionSubstitutions: z.record(z.string(), z.string()),
  });

  test('are the shipped workflows, each a valid definition that calls functions that are deployed', async () => {
    const files = await readdir(join(projectFolder, 'statemachines'));
    const shipped = files.filter((file) => file.endsWith('.workflow.json')).map((file) => file.split('.')[0]);
    const machines = Object.values(properties('AWS::StepFunctions::StateMachine', machine));
    expect(machines.map(({ StateMachineName }) => StateMachineName).sort()).toEqual(
      shipped.map((id) => `${PREFIX}${id}`).sort(),
    );
    expect(shipped).toEqual(
      expect.arrayContaining([
        'answer_issue',
        'email_to_notion',
        'generate_sop_to_github',
        'simple_ai_completion',
        'triage_mail',
        'weekly_digest',
      ]),
    );
    const arns = functions.map(({ name }) => `arn:aws:lambda:${ARN}:function:${PREFIX}${name}`);
    for (const { StateMachineName, DefinitionString, DefinitionSubstitutions } of machines) {
      expect(StateMachineName.length).toBeLessThanOrEqual(80);
      const text = Object.entries(DefinitionSubstitutions).reduce(
        (before, [key, value]) => before.replaceAll(`\${${key}}`, value),
        DefinitionString,
      );
      const definition: unknown = JSON.parse(text);
      expect(aslValidator(definition).errors, StateMachineName).toEqual([]);
      const called = [...text.matchAll(/"FunctionName":"([^"]+)"/g)].map(([, arn]) => arn);
      expect(called.length).toBeGreaterThan(0);
      expect(arns).toEqual(expect.arrayContaining(called));
    }
  });

  test('report their start and end to record-execution, and an event that cannot be handled is kept', () => {
    const rule = template.Resources['ExecutionStatusRule']?.Properties;
    expect(rule).toMatchObject({
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [{ prefix: `arn:aws:states:${ARN}:stateMachine:${PREFIX}` }],
          executionArn: [{ 'anything-but': { wildcard: '*/*' } }],
        },
      },
      Targets: [
        {
          Arn: '<RecordDashexecutionLambdaFunction.Arn>',
          RetryPolicy: { MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: '<UnrecordedExecutionsQueue.Arn>' },
        },
      ],
    });
    expect(template.Resources['ExecutionStatusPermission']?.Properties).toEqual({
      FunctionName: '<RecordDashexecutionLambdaFunction.Arn>',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: '<ExecutionStatusRule.Arn>',
    });
    expect(template.Resources['RecordExecutionInvokeConfig']?.Properties).toMatchObject({
      DestinationConfig: { OnFailure: { Destination: '<UnrecordedExecutionsQueue.Arn>' } },
    });
  });
});

describe('schedules', () => {
  test('have a group of the stage’s own and a queue for what could not be started', () => {
    expect(template.Resources['ScheduleGroup']?.Properties).toEqual({ Name: `ai-orchestra-${STAGE}` });
    expect(template.Resources['UnstartedRunsQueue']?.Properties).toMatchObject({
      QueueName: `${PREFIX}unstarted-runs`,
      SqsManagedSseEnabled: true,
    });
    expect(lambdas()['api-workflows']?.Environment.Variables).toMatchObject({
      SCHEDULE_GROUP: '<ScheduleGroup>',
      SCHEDULE_ROLE_ARN: '<ScheduleRole.Arn>',
      UNSTARTED_RUNS_QUEUE_ARN: '<UnstartedRunsQueue.Arn>',
    });
  });
});

describe('zips', () => {
  test('hold the bundle alone, with the catalogue or the dashboard for the functions that read it', async () => {
    const zips = await readZips();
    const dashboard = await readdir(join(projectFolder, 'build/dashboard'), {
      recursive: true,
      withFileTypes: true,
    });
    const dashboardFiles = dashboard
      .filter((entry) => entry.isFile())
      .map((entry) => relative(projectFolder, join(entry.parentPath, entry.name)));
    expect(dashboardFiles.filter((path) => /\.map$|manifest/.test(path))).toEqual([]);
    const expected = functions.map(({ name, file, environment }) => [
      name,
      [
        file.replace(/\.ts$/, '.mjs'),
        ...(environment.includes('CATALOGUE_FILE') ? ['build/catalogue.json'] : []),
        ...(environment.includes('DASHBOARD_FOLDER') ? dashboardFiles : []),
      ].sort(),
    ]);
    expect(Object.fromEntries(zips.map(({ name, files }) => [name, Object.keys(files).sort()]))).toEqual(
      Object.fromEntries(expected),
    );
  });

  test('the files in them are where the settings say', () => {
    for (const { Environment } of Object.values(lambdas())) {
      expect(['/var/task/build/catalogue.json', undefined]).toContain(
        Environment.Variables['CATALOGUE_FILE'],
      );
      expect(['/var/task/build/dashboard', undefined]).toContain(Environment.Variables['DASHBOARD_FOLDER']);
    }
  });

  test(
    'each handler can be imported by Node 24 with nothing but its zip and its settings',
    async () => {
      const deployed = lambdas();
      const imported = await Promise.all(
        (await readZips()).map(async (zip) => {
          const { Handler = '', Environment } = deployed[zip.name] ?? {};
          return [zip.name, await importHandler(zip, Handler, Environment?.Variables)];
        }),
      );
      expect(imported).toEqual(
        functions.map(({ name }) => [name, expect.stringMatching(/^v24\.\d+\.\d+ function\n$/)]).sort(),
      );
    },
    SLOW_MS,
  );
});

test('the settings of serverless.yml are those of lib/config.ts', async () => {
  const text = await readFile(join(projectFolder, 'serverless.yml'), 'utf8');
  const used = new Set(functions.flatMap(({ environment }) => environment));
  expect([...used].filter((name) => !text.includes(`    ${name}: `))).toEqual([]);
});
