// docs/architecture.svg is drawn from the table of who may import whom.
import { expect, test } from 'vitest';
import { areas } from '../../infrastructure/architecture/rooms.ts';
import { drawArchitecture } from '../../infrastructure/generate/architecture-picture.ts';
import { readPage } from '../support/documents.ts';

const drawn = drawArchitecture();

test('the picture is up to date (npm run goldens rewrites it)', async () => {
  expect(await readPage('docs/architecture.svg')).toBe(drawn);
});

test('every folder of every area is drawn once, and those of a higher row higher', () => {
  const texts = [...drawn.matchAll(/<text x="[\d.]+" y="(\d+)"[^>]*>([^<]+)<\/text>/g)];
  let from = 0;
  for (const title of texts.filter(([whole]) => whole.includes('class="t"'))) {
    const area = areas.find(({ folder }) => `${folder}/` === title[2]);
    const index = texts.indexOf(title);
    expect(index).toBeGreaterThanOrEqual(from);
    from = index;
    const heights = area?.rows.map((row) =>
      row
        .filter(({ folder }) => folder.startsWith(`${area.folder}/`))
        .map(({ folder }) => {
          const name = `${folder.slice(area.folder.length + 1)}/`;
          return Number(texts.slice(index + 1).find(([, , text]) => text === name)?.[1]);
        }),
    );
    const bounds = (heights ?? []).filter((row) => row.length > 0);
    expect([title[2], bounds.flat().every(Number.isFinite)]).toEqual([title[2], true]);
    for (const [row, next] of bounds.slice(1).map((below, above) => [bounds[above] ?? [], below] as const))
      expect([title[2], Math.max(...row) < Math.min(...next)]).toEqual([title[2], true]);
  }
  expect(texts.filter(([whole]) => whole.includes('class="t"'))).toHaveLength(areas.length);
});
