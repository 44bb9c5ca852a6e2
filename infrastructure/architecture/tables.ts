// CONTRIBUTING.md's tables of who may import whom.
import { join } from 'node:path';
import { type Area, areas } from './rooms.ts';

export const contributing = join(import.meta.dirname, '..', '..', 'CONTRIBUTING.md');

const BEGIN = '<!-- made of infrastructure/architecture/rooms.ts by npm run goldens: begin -->';
const END = '<!-- end -->';

/** @throws Error when the page does not mark where the tables stand */
export function withTables(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`CONTRIBUTING.md has no ${BEGIN} … ${END}`);
  // The outer areas first.
  const tables = areas.toReversed().map(table);
  return `${before}${[BEGIN, ...tables, END].join('\n\n')}${after}`;
}

function table({ folder, imports, rows }: Area): string {
  const others = imports.map((name) => `\`${name}\``).join(', ');
  const isLayered = rows.length > 1;
  const heading = [
    `**\`${folder}/\`**`,
    isLayered ? 'imports from a row to those below it' : '',
    others && `${isLayered ? 'and outside of itself ' : 'imports '}${others}`,
    others === '' ? 'and nothing outside of itself' : '',
  ].filter((part) => part !== '');
  const lines = rows.map((rooms) =>
    [
      rooms.map((room) => `\`${room.folder}\``).join('<br>'),
      rooms.map((room) => room.holds).join('<br>'),
    ].join(' | '),
  );
  return [
    `${heading.join(' ')}:`,
    '',
    '| folder | what is in it |',
    '|---|---|',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}
