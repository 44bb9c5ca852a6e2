// docs/architecture.svg, drawn from the table of who may import whom: a panel for each area, a band for each of its rows.
import { join } from 'node:path';
import { type Area, areas } from '../architecture/rooms.ts';
import { projectFolder } from '../project-folder.ts';

export const architecturePicture = join(projectFolder, 'docs', 'architecture.svg');

/** As wide as is still legible on a telephone, where the picture is shown in 375 pixels. */
const WIDTH = 560;
const MARGIN = 16;
const PADDING = 12;
const GAP = 8;
const BAND = 30;
const TITLE = 40;

/** The panels from top to bottom, each with what its folder is. */
const panels: readonly (readonly [folder: string, caption: string, fill: string])[] = [
  ['dashboard', 'the web app', '#fdeef3'],
  ['cli', 'npx orchestra', '#f4f0ff'],
  ['functions', 'Lambda handlers, one file each', '#f4f0ff'],
  ['lib', 'the product', '#eef4ff'],
  ['lib/compiler', 'workflow JSON to Amazon States Language', '#e9f8ef'],
  ['local', 'AWS and the providers on a laptop', '#fff4e5'],
  ['local/states', 'Step Functions, without anything of lib', '#fff4e5'],
  ['infrastructure', 'the deployment, the catalogue, generated files', '#f4f0ff'],
];

const STYLE =
  'text{font:15px ui-sans-serif,system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#1b2430}' +
  '.t{font-weight:600;font-size:17px}.d{fill:#566373}';

export function drawArchitecture(): string {
  let y = MARGIN;
  const drawn = panels.flatMap(([folder, caption, fill]) => {
    const area = areas.find((one) => one.folder === folder);
    if (!area) throw new Error(`infrastructure/architecture/rooms.ts has no area ${folder}`);
    const bands = bandsOf(area);
    const height = TITLE + bands.length * (BAND + GAP) + (PADDING - GAP);
    const top = y;
    y += height + PADDING;
    return [
      rect(MARGIN, top, WIDTH - 2 * MARGIN, height, fill, 8),
      text(MARGIN + PADDING, top + 26, `${folder}/`, 't'),
      text(WIDTH - MARGIN - PADDING, top + 26, caption, 'd', 'end'),
      ...bands.flatMap((names, index) => band(names, top + TITLE + index * (BAND + GAP))),
    ];
  });
  const height = y - PADDING + MARGIN;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="The folders of the project, each above those that it imports">`,
    `<style>${STYLE}</style>`,
    rect(0, 0, WIDTH, height, '#f7f9fb', 10),
    ...drawn,
    '</svg>',
  ].join('\n')}\n`;
}

/** The area's own files are not drawn: they are its panel. A row of many folders takes several bands. */
function bandsOf({ folder, rows }: Area): string[][] {
  return rows.flatMap((row) => {
    const names = row
      .filter((room) => room.folder.startsWith(`${folder}/`))
      .map((room) => `${room.folder.slice(folder.length + 1)}/`);
    const count = Math.ceil(names.join('').length / MOST_CHARACTERS);
    const each = Math.ceil(names.length / Math.max(1, count));
    return Array.from({ length: count }, (_, index) => names.slice(index * each, (index + 1) * each));
  });
}

const MOST_CHARACTERS = 48;

/** Folders beside each other, each as wide as its name asks for. */
function band(names: readonly string[], y: number): string[] {
  const room = WIDTH - 2 * (MARGIN + PADDING) - GAP * (names.length - 1);
  const letters = names.join('').length + 4 * names.length;
  let x = MARGIN + PADDING;
  return names.flatMap((name) => {
    const width = Math.round(((name.length + 4) / letters) * room);
    const left = x;
    x += width + GAP;
    return [rect(left, y, width, BAND, '#fff', 5), text(left + width / 2, y + 20, name, '', 'middle')];
  });
}

function rect(x: number, y: number, width: number, height: number, fill: string, radius: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" stroke="#c3ccd6"/>`;
}

function text(x: number, y: number, content: string, style: string, anchor = 'start'): string {
  const classOf = style === '' ? '' : ` class="${style}"`;
  return `<text x="${x}" y="${y}"${classOf}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${content}</text>`;
}
