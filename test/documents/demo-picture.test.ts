// docs/demo.svg shows what the demo prints; `npm run demo:picture` makes it anew.
import { expect, test } from 'vitest';
import { picture } from '../../infrastructure/generate/demo-picture.ts';
import { demoRuns } from '../../local/demo/runs.ts';
import { readPage } from '../support/documents.ts';

test('colours become classes, also those that go on over a line', () => {
  const drawn = picture(
    '\u001b[1m\n1. a <b>\u001b[22m\n  \u001b[2mlog\u001b[22m /ai-orchestra-local-logs/0d7f4678e-46e9-4b35-b3f4-8dff75257d70.json',
  );
  const texts = [...drawn.matchAll(/^<text[^>]*>(.*)<\/text>$/gm)].map(([, text]) => text);
  expect(texts).toEqual([
    '<tspan class="d">$</tspan><tspan> npm run demo</tspan>',
    '<tspan class="b">1. a &lt;b></tspan>',
    '<tspan>  </tspan><tspan class="d">log</tspan><tspan> /…-logs/0d7f4678e….json</tspan>',
  ]);
});

test('the picture has every workflow of the demo, and each step of theirs', async () => {
  const drawn = await readPage('docs/demo.svg');
  for (const { workflow } of demoRuns) {
    expect(drawn).toContain(`. ${workflow}</tspan>`);
    const { steps } = JSON.parse(await readPage(`statemachines/${workflow}.workflow.json`));
    for (const { id, action } of steps)
      expect([id, drawn]).toEqual([id, expect.stringContaining(`${id.padEnd(12)} ${action}`)]);
  }
});
