// `npm run demo`: saves and runs the three shipped workflows through the API, on a stack of its own.
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { executionArn, executionOfId, logKey } from '../../lib/arns.ts';
import { kindsOfSteps } from '../../lib/compiler/asl/definition.ts';
import { executionHistory } from '../../lib/execution-history.ts';
import { endedSteps } from '../../lib/executions/log.ts';
import { homeFolder } from '../stack/home.ts';
import { type Stack, startStack } from '../stack.ts';
import { ApiClient } from './api-client.ts';
import { type DemoRun, demoRuns } from './runs.ts';
import { bold, dim, done, duration, field } from './terminal.ts';

const POLL_MS = 25;
const root = path.resolve(import.meta.dirname, '../..');
const execution = z.looseObject({
  id: z.string(),
  status: z.string(),
  output: z.unknown(),
  error: z.object({ name: z.string(), message: z.string() }).nullable(),
});

async function demo(): Promise<void> {
  const began = performance.now();
  const home = path.join(homeFolder(), 'demo');
  // Each demo begins with nothing; what the last one left stays readable until then.
  await rm(home, { recursive: true, force: true });
  console.log(bold('AI-Orchestra demo'));
  console.log('Step Functions, Lambda, S3, Cognito and the four providers, emulated on this machine.\n');

  const stack = await startStack({ home, port: 0, awsPort: 0, seed: false });
  try {
    done(
      `The stack started in ${duration(performance.now() - began)}: API ${stack.apiUrl}, AWS endpoint ${stack.awsUrl}`,
    );
    const api = new ApiClient(stack.apiUrl);
    await api.logIn('demo', 'demo');
    done('POST /auth/login gave the user demo an access token');
    const templates = await saveTemplates(api);
    done(`POST /templates saved ${templates.join(', ')}`);
    for (const [index, run] of demoRuns.entries()) {
      console.log(bold(`\n${index + 1}. ${run.workflow}`));
      await runWorkflow(run, api, stack);
    }
  } finally {
    await stack.stop();
  }
  console.log();
  done(
    `${demoRuns.length} workflows ran. The stack has stopped, ${duration(performance.now() - began)} after the start.`,
  );
  console.log('\nnpm start starts it to stay: the dashboard is then at http://127.0.0.1:3000/app');
}

async function saveTemplates(api: ApiClient): Promise<string[]> {
  const folder = path.join(root, 'templates');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  for (const file of files)
    await api.send('POST', '/templates', JSON.parse(await readFile(path.join(folder, file), 'utf8')));
  return files.map((file) => path.basename(file, '.json'));
}

async function runWorkflow(run: DemoRun, api: ApiClient, stack: Stack): Promise<void> {
  const file = path.join(root, 'statemachines', `${run.workflow}.workflow.json`);
  await api.send('POST', '/workflows', JSON.parse(await readFile(file, 'utf8')));
  const definition = await api.send('GET', `/workflows/${run.workflow}/definition`);
  field('states', statesOf(definition.body));

  const started = await api.send('POST', `/workflows/${run.workflow}/executions`, { input: run.input });
  const { id } = execution.parse(started.body);
  await followSteps(id, kindsOfSteps(definition.body), stack);
  const ended = execution.parse((await api.send('GET', `/executions/${id}`)).body);
  if (ended.status !== 'succeeded')
    throw new Error(`${id} ${ended.status}: ${ended.error?.name} ${ended.error?.message}`);

  for (const [label, lines] of await run.effect(ended.output, stack)) {
    for (const [index, line] of lines.entries()) field(index === 0 ? label : '', line);
  }
  field('log', path.relative(process.cwd(), await logFile(id, stack)));
}

/** The log is written by the event of the execution's end, so a moment after it. */
async function logFile(id: string, stack: Stack): Promise<string> {
  const { workflowId, name } = executionOfId(id);
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(POLL_MS)) {
    const file = stack.objectFile('LOGS_BUCKET', logKey(workflowId, name));
    if (file !== undefined) return file;
  }
  throw new Error(`${id} has no log after 10 s`);
}

const states = z.record(
  z.string(),
  z.looseObject({
    Type: z.string(),
    Next: z.string().optional(),
    Default: z.string().optional(),
    Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
  }),
);
const definitionShape = z.looseObject({ StartAt: z.string(), States: states });

/** The states of the compiled state machine with their types, in the order of the steps, without those behind an error. */
function statesOf(definition: unknown): string {
  const { StartAt, States } = definitionShape.parse(definition);
  const reached = new Set([StartAt]);
  for (const name of reached) {
    const { Next, Default, Choices = [] } = States[name] ?? {};
    for (const next of [...Choices.map((choice) => choice.Next), Next, Default]) if (next) reached.add(next);
  }
  return Object.entries(States)
    .filter(([name]) => reached.has(name))
    .map(([name, state]) => `${name} ${dim(state.Type)}`)
    .join(' → ');
}

/** Prints each step when it ends, as the history of the execution tells it, until the execution has ended. */
async function followSteps(id: string, kinds: ReadonlyMap<string, string>, stack: Stack): Promise<void> {
  const sfn = new SFNClient(stack.clientConfig);
  const arn = executionArn(executionOfId(id), stack.settings.STATE_MACHINE_ARN_PREFIX);
  for (let printed = 0, running = true; running; ) {
    const history = await executionHistory(arn, sfn);
    running = !/^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(history.at(-1)?.type ?? '');
    const steps = endedSteps(history, kinds);
    for (const step of steps.slice(printed)) {
      const took = duration(Date.parse(step.ended_at ?? step.started_at) - Date.parse(step.started_at));
      const attempts = step.attempts === 1 ? '1 attempt' : `${step.attempts} attempts`;
      const detail = step.attempts === 0 ? step.status : `${step.status}, ${attempts}`;
      field(
        'step',
        `${step.id.padEnd(12)} ${(step.action ?? '').padEnd(28)} ${took.padStart(7)}   ${dim(detail)}`,
      );
    }
    printed = steps.length;
    if (running) await sleep(POLL_MS);
  }
  sfn.destroy();
}

demo().catch((error: unknown) => {
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
