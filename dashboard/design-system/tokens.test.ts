// The colours: named in one file, and readable in light and dark.
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const dashboard = path.resolve(import.meta.dirname, '..');
const tokens = await readFile(path.join(import.meta.dirname, 'tokens.css'), 'utf8');
const colours = new Map(
  [...tokens.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
);

/** WCAG 2.2: the relative luminance of an sRGB colour. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test('the contrast is that of the definition', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

const grounds = ['canvas', 'surface', 'raised', 'hover'];
const statuses = ['succeeded', 'failed', 'running', 'waiting', 'stopped', 'skipped'];
const pairs: readonly (readonly [string, string, number])[] = [
  ...grounds.flatMap((ground) => ['text', 'quiet', 'accent'].map((text) => [text, ground, 4.5] as const)),
  ...statuses.flatMap((status) =>
    [...grounds.slice(0, 3), `${status}-soft`].map((ground) => [status, ground, 4.5] as const),
  ),
  ...statuses.map((status) => ['text', `${status}-soft`, 4.5] as const),
  ['on-accent', 'accent', 4.5],
  ['accent', 'accent-soft', 4.5],
  ['text', 'accent-soft', 4.5],
  ['control-line', 'canvas', 3],
  ['control-line', 'raised', 3],
];

test.each(pairs)('%s on %s has a contrast of %d', (front, back, least) => {
  for (const theme of ['light', 'dark'] as const) {
    const [one, other] = [colours.get(front)?.[theme], colours.get(back)?.[theme]];
    expect(contrast(one ?? '', other ?? ''), theme).toBeGreaterThanOrEqual(least);
  }
});

test('no other file names a colour', async () => {
  const named: string[] = [];
  for await (const file of glob('**/*.{css,ts,tsx}', { cwd: dashboard })) {
    if (/tokens\.(css|test\.ts)$/.test(file)) continue;
    const text = await readFile(path.join(dashboard, file), 'utf8');
    for (const [found] of text.matchAll(
      /#[0-9a-f]{3,8}\b(?=[\s;,)'"])|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(|:\s*(?:white|black|red|green|blue|gr[ae]y|orange|purple|yellow)\b/gi,
    ))
      named.push(`${file}: ${found}`);
  }
  expect(named).toEqual([]);
});
