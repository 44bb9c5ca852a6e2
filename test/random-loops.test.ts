// Random small loops, run inline and with some of them distributed: output, effects and their order are the same.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Answer, run } from './support/run-compiled.ts';

const value = (id: string, transform: unknown, rest = {}) => ({ id, transform, ...rest });

/** Issues are opened, but those whose title begins with `no`. */
const answer: Answer = ({ event }) => {
  const { title } = event.input as { title: string };
  return title.startsWith('no')
    ? Object.assign(new Error('gone'), { name: 'NotFound' })
    : { number: 1, url: 'u', title };
};

/** An expression over what a loop's steps can see, whatever its type. */
const reading = fc.constantFrom(
  'item',
  'index',
  'inputs.text',
  'inputs.optional',
  'inputs',
  'steps.before.list',
  'vars.total',
  '$exists(steps.skipped)',
  'execution.workflow_id',
  '[item, steps.before.list[0]]',
  '{ "at": index, "all": [vars.total, inputs.text] }',
);
const items = fc
  .array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 })
  .filter((list) => !JSON.stringify(list).includes('{{'));

interface RandomLoop {
  readonly items: readonly unknown[];
  readonly literal: boolean;
  readonly mode: boolean;
  readonly readings: readonly string[];
  readonly failing: number;
  readonly continues: boolean;
  readonly tolerated: number | undefined;
  readonly inner: RandomLoop | undefined;
}
const { loop } = fc.letrec<{ loop: RandomLoop }>((tie) => ({
  loop: fc.record({
    items,
    literal: fc.boolean(),
    mode: fc.boolean(),
    readings: fc.array(reading, { minLength: 1, maxLength: 3 }),
    failing: fc.integer({ min: -1, max: 4 }),
    continues: fc.boolean(),
    tolerated: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    inner: fc.option(tie('loop'), { nil: undefined, maxDepth: 2, depthIdentifier: 'loop' }),
  }),
}));

/** The loop as a step; its lists, where they are not literal, are added to `inputs`. */
function stepOf(
  random: RandomLoop,
  distributed: boolean,
  inputs: Record<string, unknown>,
  depth = 0,
): object {
  const at = `l${depth}`;
  inputs[at] = random.items;
  const around = Array.from({ length: depth }, (_, n) => [`steps.l${n}.item`, `steps.l${n}.index`]).flat();
  return {
    id: at,
    for_each: random.literal ? random.items : `{{ inputs.${at} }}`,
    ...(distributed && random.mode ? { mode: 'distributed' } : {}),
    // One after the other, so that what a failure prevents is no matter of time.
    max_concurrency: 1,
    ...(random.continues ? { on_item_error: 'continue' } : {}),
    ...(random.continues && random.tolerated !== undefined ? { tolerated_failures: random.tolerated } : {}),
    steps: [
      {
        id: `open${depth}`,
        action: 'github.create_issue',
        params: {
          repo_name: 'o/r',
          title: `{{ (index = ${random.failing} ? "no" : "yes") & " ${at} " & index }}`,
        },
        retry: { max_attempts: 1 },
      },
      ...(random.inner ? [stepOf(random.inner, distributed, inputs, depth + 1)] : []),
      value(`last${depth}`, [
        ...[...random.readings, ...around].map((expression) => `{{ ${expression} }}`),
        ...(random.inner ? [`{{ steps.l${depth + 1} }}`] : []),
      ]),
    ],
  };
}

/** A distributed loop fails with an error of its own, whatever an iteration failed with. */
function withoutReasons(output: unknown): unknown {
  return JSON.parse(
    JSON.stringify(output ?? null, (key, value) =>
      key === 'error' && value?.index !== undefined ? { index: value.index } : value,
    ),
  );
}

test('random loops give and do the same, whichever of them are distributed', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(loop, async (random) => {
      const results = [];
      for (const distributed of [false, true]) {
        const inputs: Record<string, unknown> = {};
        const step = stepOf(random, distributed, inputs);
        const document = {
          id: 'w',
          steps: [
            value('before', { list: [1, [2]] }),
            { id: 'v', set: { total: '{{ $count(steps.before.list) }}' } },
            value('skipped', 1, { when: false }),
            step,
          ],
          inputs: {
            ...Object.fromEntries(Object.keys(inputs).map((name) => [name, { type: 'array' }])),
            text: { default: '"{% %}"' },
            optional: { required: false },
          },
        };
        const result = await run(document, inputs, answer);
        const did = result.calls.map(({ event }) => event.input);
        results.push({ status: result.status, output: withoutReasons(result.output), did });
      }
      expect(results[1]).toEqual(results[0]);
    }),
    { numRuns: 40 },
  );
});
