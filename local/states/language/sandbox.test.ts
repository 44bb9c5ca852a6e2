// Expressions that never come back fail their own state at a limit; other executions do not notice.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestClock, TestEngine } from '../testing/engine.ts';

const clock = new TestClock();
let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start({ clock });
});
afterAll(() => engine.close());

const TOO_LONG = 'Expression evaluation timeout: Check for infinite loop';

const pass = (expression: string) => ({ P: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } });

/** Makes a regular expression with look-around, which V8 matches by backtracking, take for ever. */
const ENDLESS = '/^(?=(a+)+$)/';
const VICTIM = `${'a'.repeat(60)}!`;
const poison = `$contains($states.input, ${ENDLESS})`;

test.each([
  ['$contains', poison],
  ['$match', `$match($states.input, ${ENDLESS})`],
  ['a regular expression as a function', `$states.input ~> ${ENDLESS}`],
  ['a back reference', '$contains($states.input, /^(a*)*\\1\\1$/)'],
  ['a filter', `[$states.input][$contains($, ${ENDLESS})]`],
  ['$distinct of a long list', '$count($distinct([1..800000]))'],
  ['$toMillis with a picture', `$toMillis("${'1'.repeat(300)}", "[Y][M][D][H][m][s][f][Y][M][D]X")`],
])('%s that would take for ever fails its state', async (_, expression) => {
  const { execution } = await engine.run(pass(expression), VICTIM);
  expect([execution.status, execution.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  expect(execution.cause).toBe(
    `An error occurred while executing the state 'P' (entered at the event id #2). The JSONata expression '${expression}' specified for the field 'Output' threw an error during evaluation: ${TOO_LONG}`,
  );
});

const doubled = (rounds: number, part: string) =>
  `(${Array.from({ length: rounds }, (_, n) => `$v${n + 1} := ${part.replaceAll('$v', `$v${n}`)};`).join(' ')} $v${rounds})`;

test.each([
  ['a text that doubles in a block', `($v0 := "x"; ${doubled(40, '$v & $v').slice(1)}`],
  ['a list that doubles in a block', `($v0 := [1]; ${doubled(40, '[$v, $v]').slice(1)}`],
  ['lists within lists that double', `($v0 := [1]; ${doubled(40, '[[$v], [$v]]').slice(1)}`],
  ['objects that double', `($v0 := 1; ${doubled(40, '{"a": $v, "b": $v}').slice(1)}`],
  [
    'a list of one large list again and again',
    '($a := [1..500000]; $count($map([1..2000], function($i) { {"x": $a} }).x))',
  ],
  ['large texts in a list', '$map([1..5000], function($i) { $pad("x", 1000000) })'],
  ['$join by a long text', '$join([1..500000].($string($)), $pad("", 100000))'],
  ['$replace by a long text', '$replace($pad("", 1000000, "ab"), "b", $pad("", 100000))'],
  [
    '$string of objects that double',
    `($v0 := 1; ${doubled(40, '{"a": $v, "b": $v}').slice(1, -1)} ~> $string())`,
  ],
])('%s fails its state', async (_, expression) => {
  const { execution } = await engine.run(pass(expression));
  expect([execution.status, execution.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
  expect(execution.cause).toMatch(
    /(timeout: Check for infinite loop|memory limit exceeded: Check for excessive memory usage|Invalid string length|call stack size exceeded)$/,
  );
});

test('a result that is nested too deep fails its state', async () => {
  const { execution } = await engine.run(pass('$reduce([1..2000], function($deep) { [$deep] }, [])'));
  expect(execution.error).toBe('States.QueryEvaluationError');
});

test('while expressions of one execution take for ever, others are evaluated at once', async () => {
  const each = {
    Each: {
      Type: 'Map',
      Items: '{% [1..8] %}',
      ItemProcessor: { StartAt: 'P', States: pass(`$contains("${VICTIM}", ${ENDLESS})`) },
      End: true,
    },
  };
  const poisoned = engine.run(each);
  let ended = false;
  void poisoned.then(() => {
    ended = true;
  });
  for (let n = 0; n < 20; n += 1) {
    expect((await engine.run(pass('$map([1..3], function($n) { $n * 2 })'))).output).toEqual([2, 4, 6]);
    expect((await engine.run(pass('$states.input'), n)).output).toBe(n);
  }
  expect(ended).toBe(false);
  expect((await poisoned).execution.error).toBe('States.QueryEvaluationError');
});

test('an execution that is stopped does not wait for its evaluation', async () => {
  const machine = await engine.create(pass(poison));
  const arn = await engine.start(machine, VICTIM);
  await engine.post('StopExecution', { executionArn: arn });
  const { status } = (await engine.post('DescribeExecution', { executionArn: arn })).body;
  expect(status).toBe('ABORTED');
});

test('$now and $random of the sandbox are as those of the engine', async () => {
  const { output } = await engine.run(
    pass(
      '$map([1..2], function() { {"now": $now(), "millis": $millis(), "random": $random() < 1, "id": $length($uuid())} })',
    ),
  );
  expect(output).toEqual(
    Array(2).fill({ now: '2026-01-01T00:00:00.000Z', millis: clock.now(), random: true, id: 36 }),
  );
});
