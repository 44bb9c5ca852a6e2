// Distributed Maps across restarts and kills: ended children keep their results, and the others are resumed or run.
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, distributedMap as map, mapRunOf } from '../testing/distributed-map.ts';
import { functionArn, type TestEngine, types } from '../testing/engine.ts';
import { KillableEngine } from '../testing/kill.ts';

let bench: KillableEngine;
let engine: TestEngine;
beforeEach(async () => {
  bench = await KillableEngine.create();
  bench.functions.answerWith(({ payload }) => ({ payload }));
  engine = await bench.start();
});
afterEach(() => bench.close());

const call = { Call: { Type: 'Task', Resource: functionArn('f'), End: true } };

test('after a restart Express children that had ended are not run again', async () => {
  bench.functions.answerWith(({ payload }) => (payload === 3 ? undefined : { payload }));
  const states = map(call, { MaxConcurrency: 1 }, 'EXPRESS');
  const arn = await engine.start(await engine.create(states), [1, 2, 3, 4]);
  await bench.functions.untilCalls(3);
  await bench.stop();
  bench.functions.answerWith(({ payload }) => ({ payload }));
  engine = await bench.start();
  expect((await engine.ended(arn)).output).toEqual([1, 2, 3, 4]);
  expect(bench.functions.calls.map(({ payload }) => payload)).toEqual([1, 2, 3, 3, 4]);
});

test('after a kill ended children keep their outputs and only the others are run', async () => {
  bench.functions.answerWith(({ payload }) => (payload === 3 ? undefined : { payload }));
  const arn = await engine.start(await engine.create(map(call, { MaxConcurrency: 1 })), [1, 2, 3, 4]);
  await bench.functions.untilCalls(3);
  await engine.history(arn);
  await bench.kill();
  const retry = bench.functions.calls.length;
  bench.functions.answerWith(({ payload }) => ({ payload }));
  engine = await bench.start();
  const { execution } = await engine.ended(arn);
  // The third child's function had been called: its answer is lost, and nothing retries it.
  expect(execution.error).toBe('States.ExceedToleratedFailureThreshold');
  expect(bench.functions.calls.slice(retry)).toEqual([]);
  const run = await mapRunOf(engine, arn);
  expect(run).toMatchObject({ status: 'FAILED', itemCounts: { succeeded: 2, failed: 1, pending: 1 } });
});

test('a Map under way ends as usual after a restart', async () => {
  const wait = { Wait: { Type: 'Wait', Seconds: 60, Next: 'Call' }, ...call };
  const arn = await engine.start(await engine.create(map(wait, { MaxConcurrency: 2 })), [1, 2, 3]);
  expect(await bench.clock.untilTimer()).toBe(60_000);
  await bench.stop();
  engine = await bench.start();
  expect(await bench.clock.untilTimer()).toBe(60_000);
  bench.clock.advance(60_000);
  await bench.functions.untilCalls(2);
  expect(await bench.clock.untilTimer()).toBe(60_000);
  bench.clock.advance(60_000);
  const { output, events } = await engine.ended(arn);
  expect(output).toEqual([1, 2, 3]);
  expect(bench.functions.calls).toHaveLength(3);
  expect(types(events).filter((type) => type === 'MapRunStarted')).toHaveLength(1);
});

test('a Map inside a Parallel is resumed after a restart, and so is the Map inside it', async () => {
  const wait = { Wait: { Type: 'Wait', Seconds: 60, End: true } };
  const { Each: Inner } = map(wait, { Items: '{% [$states.input, 10] %}', Label: 'inner' });
  const branch = { StartAt: 'Each', States: map({ Inner }, { Items: [1, 2] }) };
  const arn = await engine.start(
    await engine.create({ Both: { Type: 'Parallel', Branches: [branch], End: true } }),
  );
  expect(await bench.clock.untilTimer()).toBe(60_000);
  const before = (await mapRunOf(engine, arn)).mapRunArn;
  await bench.stop();
  bench.clock.advance(30_000);
  engine = await bench.start();
  expect(await bench.clock.untilTimer()).toBe(30_000);
  bench.clock.advance(30_000);
  expect((await engine.ended(arn)).output).toEqual([
    [
      [1, 10],
      [2, 10],
    ],
  ]);
  expect((await mapRunOf(engine, arn)).mapRunArn).toBe(before);
  expect((await childrenOf(engine, before)).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
});

test('a Map Run whose execution had ended when the engine was killed is aborted with its children', async () => {
  const wait = { Wait: { Type: 'Wait', Seconds: 60, End: true } };
  const { Each: inner } = map(wait, { Label: 'inner', Items: [1] });
  const arn = await engine.start(await engine.create(map({ Inner: inner })), [1]);
  expect(await bench.clock.untilTimer()).toBe(60_000);
  const outer = (await mapRunOf(engine, arn)).mapRunArn;
  const [child] = await childrenOf(engine, outer);
  await bench.stop();
  const database = new DatabaseSync(bench.file);
  database.prepare("UPDATE executions SET status = 'ABORTED', stopped_at = 0 WHERE arn = ?").run(arn);
  database.close();
  engine = await bench.start();
  expect((await mapRunOf(engine, arn)).status).toBe('ABORTED');
  expect((await childrenOf(engine, outer)).map(({ status }) => status)).toEqual(['ABORTED']);
  expect((await mapRunOf(engine, child?.executionArn ?? '')).status).toBe('ABORTED');
});
