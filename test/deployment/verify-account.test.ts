// What must be true of AWS: each assumption has its evidence or its check, and the checks hold on the local engine.
import { readFile, stat } from 'node:fs/promises';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assumptionDocs, assumptionPage } from '../../infrastructure/generate/assumption-docs.ts';
import { openAccount } from '../../infrastructure/verify-account/account.ts';
import { assumptions, checkedBy } from '../../infrastructure/verify-account/assumptions.ts';
import { CHECKS, type CheckId } from '../../infrastructure/verify-account/checks.ts';
import { statements } from '../../infrastructure/verify-account/role.ts';
import { verify } from '../../infrastructure/verify-account/verify.ts';
import { type StandaloneEngine, startStandalone } from '../../local/states/standalone.ts';

let engine: StandaloneEngine;
let sfn: SFNClient;

beforeAll(async () => {
  engine = await startStandalone({
    port: 0,
    database: undefined,
    days: undefined,
    megabytes: undefined,
    region: 'eu-central-1',
    accountId: '123456789012',
    lambdaEndpoint: undefined,
    s3Endpoint: undefined,
    eventsEndpoint: undefined,
  });
  sfn = new SFNClient({
    endpoint: engine.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  sfn.destroy();
  await engine.close();
});

const account = (apiUrl?: string) =>
  openAccount({
    sfn,
    roleArn: 'arn:aws:iam::123456789012:role/any',
    hasOwnRole: false,
    apiUrl,
    id: 'test',
  });

test('each assumption has evidence or a check, and each check is for one', () => {
  const without = assumptions.filter(
    ({ evidence = [], check }) =>
      evidence.length === 0 && (check === undefined || !Object.hasOwn(CHECKS, check)),
  );
  expect(without).toEqual([]);
  const unused = (Object.keys(CHECKS) as CheckId[]).filter((id) => checkedBy(id).length === 0);
  expect(unused).toEqual([]);
  expect(new Set(assumptions.map(({ says }) => says)).size).toBe(assumptions.length);
});

test('what relies on an assumption exists', async () => {
  for (const { reliedOnBy } of assumptions) for (const path of reliedOnBy) await stat(path);
});

test('docs/aws-assumptions.md is what the table says', async () => {
  expect(await readFile(assumptionDocs, 'utf8')).toBe(assumptionPage());
});

test('every check holds on the local engine, and leaves nothing behind', async () => {
  const outcomes = await verify(CHECKS, account(), () => {});
  const others = outcomes.filter(({ result }) => result !== 'holds');
  expect(others).toEqual([
    {
      id: 'authorizer-unauthorized',
      result: 'missing',
      details: '--api-url, the address of a deployed API',
    },
    ...['answer-by-state-machine', 'list-of-schedules'].map((id) => ({
      id,
      result: 'missing',
      details: 'a role of its own, without --role-arn',
    })),
  ]);
  expect((await sfn.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
});

test('what differs is told, an error too, and what was created is removed all the same', async () => {
  const told: string[] = [];
  const pass = { StartAt: 'P', States: { P: { Type: 'Pass', Output: 1, End: true } } };
  const base = { machines: 1, transitions: 1 };
  const outcomes = await verify(
    {
      differs: { ...base, run: async (given) => `gave ${(await given.runStates(pass)).output}` },
      fails: {
        ...base,
        async run(given) {
          await given.createMachine(pass);
          await given.createMachine({ StartAt: 'none', States: {} });
          return undefined;
        },
      },
    },
    account(),
    ({ id, result }) => told.push(`${id} ${result}`),
  );
  expect(told).toEqual(['differs differs', 'fails failed']);
  expect(outcomes[0]?.details).toBe('gave 1');
  expect(outcomes[1]?.details).toMatch(/^InvalidDefinition: /);
  expect((await sfn.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
});

test('the role may touch what the checks create, in each partition, and list schedules, and nothing else', () => {
  const resources = (region: string) => statements(region).flatMap(({ Resource }) => Resource);
  expect(resources('eu-central-1')).toEqual([
    'arn:aws:states:*:*:stateMachine:ai-orchestra-verify-*',
    'arn:aws:states:*:*:execution:ai-orchestra-verify-*',
    'arn:aws:events:*:*:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule',
    'arn:aws:scheduler:*:*:schedule/*/*',
  ]);
  expect(resources('us-gov-west-1')[0]).toMatch(/^arn:aws-us-gov:/);
  expect(resources('cn-north-1')[0]).toMatch(/^arn:aws-cn:/);
});
