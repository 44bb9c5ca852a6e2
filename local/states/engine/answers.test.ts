// Whole answers of the API about executions of every kind of state: every field of every event, kept in `answers/`.
//
// A file's lines are JSON; ids that are drawn at random stand as <uuid> and <token>. They hold what the engine answered when
// they were written: a change of it is to be seen here, and judged by AWS's API reference and docs/conformance.md.
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FunctionServer, TestClock, TestEngine } from '../testing/engine.ts';
import { scenarios } from '../testing/scenarios.ts';

let clock: TestClock;
let engine: TestEngine;
let functions: FunctionServer;
beforeEach(async () => {
  clock = new TestClock();
  functions = await FunctionServer.start(({ name, payload }) => {
    if (name.endsWith('never')) return undefined;
    clock.advance(7);
    return name.endsWith('bad')
      ? { errorType: 'Bad', errorMessage: 'no luck' }
      : { payload: { got: payload } };
  });
  engine = await TestEngine.start({ clock, lambdaEndpoint: functions.endpoint, random: () => 0.5 });
});
afterEach(async () => {
  await engine.close();
  await functions.close();
});

/** The token that the first call of a function was given. */
const givenToken = () => (functions.calls[0]?.payload as { token: string } | undefined)?.token; // what it passes

/** A line for each value; ids that differ from run to run are replaced. */
function lines(values: readonly unknown[]): string {
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  return text
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, '<uuid>')
    .replaceAll(/((?:Token|token)\\*":\\*")[^"\\]+/g, '$1<token>')
    .replaceAll(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT/g, '<date>');
}

const body = async (operation: string, input: object): Promise<Record<string, unknown>> =>
  (await engine.post(operation, input)).body;

/** Everything that the API tells about an execution. */
async function told(executionArn: string): Promise<unknown[]> {
  const { events } = await body('GetExecutionHistory', { executionArn, maxResults: 1000 });
  const { mapRuns } = await body('ListMapRuns', { executionArn });
  const found = [
    await body('DescribeExecution', { executionArn }),
    ...((events ?? []) as unknown[]), // as the operation answers
    {
      events: await body('GetExecutionHistory', {
        executionArn,
        maxResults: 3,
        reverseOrder: true,
        includeExecutionData: false,
      }).then(({ events }) => events),
    },
    await body('DescribeStateMachineForExecution', { executionArn, includedData: 'METADATA_ONLY' }),
  ];
  for (const run of mapRuns as unknown as { mapRunArn: string }[]) {
    const { mapRunArn } = run;
    found.push(run, await body('DescribeMapRun', { mapRunArn }));
    const { executions } = await body('ListExecutions', { mapRunArn });
    for (const child of executions as unknown as { executionArn: string; stateMachineArn: string }[]) {
      found.push(child);
      if (!child.executionArn.includes(':express:')) found.push(...(await told(child.executionArn)));
    }
  }
  return found;
}

test.for(Object.entries(scenarios))(
  '%s',
  async ([name, { states, input = {}, top, steps = [], redrives = 0 }]) => {
    const stateMachineArn = await engine.create(states, top);
    const { executionArn = '' } = (
      await engine.post('StartExecution', {
        stateMachineArn,
        name,
        input: JSON.stringify(input),
      })
    ).body;
    for (const step of steps) {
      if (typeof step === 'object') {
        await functions.untilCalls(1);
        const of = step.of === 'token' ? { taskToken: givenToken() } : { executionArn };
        await engine.post(step.operation, { ...of, ...step.input });
      } else {
        await clock.untilTimerIn(step);
        clock.advance(step);
      }
    }
    await engine.ended(executionArn);
    for (let count = 1; count <= redrives; count += 1) {
      functions.answerWith(({ payload }) => ({ payload: { mended: payload } }));
      clock.advance(1000);
      await engine.post('RedriveExecution', { executionArn });
      await engine.ended(executionArn, count);
    }
    const { executions } = await body('ListExecutions', { stateMachineArn });
    const all = [...(await told(executionArn)), executions, ...engine.statusEvents, functions.calls];
    const file = fileURLToPath(new URL(`answers/${name}.jsonl`, import.meta.url));
    await expect(lines(all)).toMatchFileSnapshot(file);
  },
);
