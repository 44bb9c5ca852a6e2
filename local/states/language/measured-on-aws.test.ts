// Expressions whose values others measured on AWS, each through the whole engine: measured-on-aws.json has what AWS gives
// (JSON, `nothing`, or `fails` and its message), and where that is reported.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestEngine } from '../testing/engine.ts';
import measured from './measured-on-aws.json' with { type: 'json' };

let engine: TestEngine;
beforeAll(async () => {
  engine = await TestEngine.start();
});
afterAll(() => engine.close());

const cases = measured.flatMap(({ what, expressions }) =>
  expressions.map(([expression, outcome]) => [what, expression ?? '', outcome ?? ''] as const),
);

test.each(cases)('%s: %s', async (_, expression, outcome) => {
  const { execution } = await engine.run({ P: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } });
  const field = `The JSONata expression '${expression}' specified for the field 'Output' `;
  const [, separator = '', failure] = /^fails ((?:Expr)?)(.*)$/.exec(outcome) ?? [];
  if (outcome === 'nothing') {
    expect(execution.cause).toContain(`${field}returned nothing (undefined).`);
  } else if (failure !== undefined) {
    const between = separator === '' ? '.' : ':'; // AWS has a colon where the message has no code
    expect(execution.cause).toContain(
      `${field}threw an error during evaluation${between} ${separator}${failure}`,
    );
    expect(execution.error).toBe('States.QueryEvaluationError');
  } else {
    expect(execution.output).toBe(outcome);
  }
});
