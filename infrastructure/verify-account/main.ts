// `npm run verify:account`: asks an AWS account whether it behaves as docs/aws-assumptions.md says.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { IAMClient } from '@aws-sdk/client-iam';
import { SFNClient } from '@aws-sdk/client-sfn';
import { openAccount, PREFIX } from './account.ts';
import { checkedBy } from './assumptions.ts';
import type { Check } from './check.ts';
import { CHECKS, type CheckId } from './checks.ts';
import { createRole, statements } from './role.ts';
import { missingFor, type Outcome, verify } from './verify.ts';

/** Of the Standard state machines of most regions, in US dollars (https://aws.amazon.com/step-functions/pricing). */
const DOLLARS_A_TRANSITION = 0.000025;

const USAGE = `npm run verify:account -- [--dry-run] [--role-arn ARN] [--api-url URL] [--only CHECK]…

Asks the account of your AWS credentials whether it behaves as docs/aws-assumptions.md says: short executions of state
machines named ${PREFIX}-…, in a role of that name, all of which are removed again.
  --dry-run    lists what would be created and run, and asks nothing
  --role-arn   a role for the state machines in place of a new one
  --api-url    a deployed API, for the checks that need one
  --only       this check alone; may be repeated`;

interface Options {
  readonly roleArn: string | undefined;
  readonly apiUrl: string | undefined;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      'role-arn': { type: 'string' },
      'api-url': { type: 'string' },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const all: Readonly<Record<string, Check>> = CHECKS;
  const unknown = (values.only ?? []).filter((id) => !Object.hasOwn(all, id));
  if (unknown.length > 0) {
    console.error(`There is no check ${unknown.join(', ')}. Checks: ${Object.keys(all).join(', ')}`);
    return 2;
  }
  const checks = Object.fromEntries(
    Object.entries(all).filter(([id]) => !values.only || values.only.includes(id)),
  );
  const options = { roleArn: values['role-arn'], apiUrl: values['api-url']?.replace(/\/$/, '') };
  const sfn = new SFNClient({});
  const region = await sfn.config.region().catch(() => undefined);
  if (values['dry-run']) return plan(checks, options, region ?? 'us-east-1');
  if (region === undefined) {
    console.error('There is no AWS region: set AWS_REGION.');
    return 2;
  }
  if (!(await hasCredentials(sfn))) {
    console.error(
      'There are no AWS credentials: sign in first, with `aws sso login` or by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. What would be created is listed by --dry-run.',
    );
    return 2;
  }
  return run(checks, options, region, sfn);
}

function plan(checks: Readonly<Record<string, Check>>, { roleArn, apiUrl }: Options, region: string): number {
  const list = Object.entries(checks);
  const transitions = list.reduce((sum, [, check]) => sum + check.transitions, 0);
  if (roleArn === undefined) {
    console.log(`The role ${PREFIX}-<random>, for the time of the call, which may:`);
    for (const { Action, Resource } of statements(region))
      console.log(`  ${Action.join(', ')} on ${Resource.join(', ')}`);
  }
  console.log('State machines, each removed after its check:');
  for (const [id, check] of list) {
    const missing = missingFor(check, { apiUrl, hasOwnRole: roleArn === undefined });
    console.log(
      `  ${id}: ${check.machines}${missing === undefined ? '' : `, left out: it needs ${missing}`}`,
    );
  }
  const dollars = (transitions * DOLLARS_A_TRANSITION).toFixed(4);
  console.log(`About ${transitions} state transitions: less than $${dollars}, within the free tier nothing.`);
  return 0;
}

async function hasCredentials({ config }: SFNClient): Promise<boolean> {
  return config.credentials().then(
    () => true,
    () => false,
  );
}

async function run(
  checks: Readonly<Record<string, Check>>,
  { roleArn, apiUrl }: Options,
  region: string,
  sfn: SFNClient,
): Promise<number> {
  const id = randomBytes(4).toString('hex');
  const role = roleArn === undefined ? await createRole(id, region, new IAMClient({})) : undefined;
  try {
    const account = openAccount({
      sfn,
      roleArn: roleArn ?? role?.arn ?? '',
      hasOwnRole: role !== undefined,
      apiUrl,
      id,
    });
    const outcomes = await verify(checks, account, tell);
    const bad = outcomes.filter(({ result }) => result === 'differs' || result === 'failed');
    console.log(`${outcomes.filter(({ result }) => result === 'holds').length} of ${outcomes.length} hold`);
    return bad.length === 0 ? 0 : 1;
  } finally {
    await role?.remove();
  }
}

function tell({ id, result, details }: Outcome): void {
  console.log(`${result.padEnd(8)} ${id}${details === undefined ? '' : `: ${details}`}`);
  if (result !== 'differs') return;
  for (const { says, reliedOnBy } of checkedBy(id as CheckId)) {
    console.log(`         ${says} Relied on by ${reliedOnBy.join(', ')}`);
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  return 1;
});
