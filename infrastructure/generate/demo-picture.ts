// docs/demo.svg, made of what `npm run demo` prints now: `npm run demo:picture`.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../project-folder.ts';

export const demoPicture = join(projectFolder, 'docs', 'demo.svg');

const LINE = 19;
const MARGIN = 22;
const TOP = 52;
const WIDTH = 952;

/** The classes of the SGR codes that the demo prints (`bold`, `dim`, `green`). */
const classes: Readonly<Record<string, string>> = { 1: 'b', 2: 'd', 32: 'g' };

const STYLE =
  'text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d7dde5}' +
  '.b{font-weight:700;fill:#fff}.d{fill:#8592a3}.g{fill:#5fd38d}';

/** A terminal window with the text, whose colours are ANSI escape codes. */
export function picture(printed: string): string {
  const lines = ['\u001b[2m$\u001b[22m npm run demo', '', ...printed.trimEnd().split('\n')].map(shortened);
  const height = TOP + lines.length * LINE;
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${MARGIN + index * 18}" cy="20" r="5.5" fill="${fill}"/>`,
  );
  const write = spanWriter();
  const texts = lines.flatMap((line, index) => {
    const spans = write(line);
    return spans === ''
      ? []
      : [`<text x="${MARGIN}" y="${TOP + index * LINE}" xml:space="preserve">${spans}</text>`];
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Output of npm run demo">`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${height}" rx="10" fill="#12161c"/>`,
    dots.join(''),
    ...texts,
    '</svg>',
  ].join('\n')}\n`;
}

/** Ids of executions and long names of folders say nothing in a picture. */
function shortened(line: string): string {
  return line
    .replace(/ai-orchestra-local-(logs)/, '…-$1')
    .replace(/([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/, '$1…');
}

/** Writes line after line, since a colour can begin on one and end on another. */
function spanWriter(): (line: string) => string {
  let current: string | undefined;
  return (line) => {
    let made = '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR codes begin with the control character ESC
    for (const [index, part] of line.split(/\u001b\[(\d+)m/).entries()) {
      if (index % 2 === 1) current = classes[part];
      else if (part !== '')
        made += `<tspan${current === undefined ? '' : ` class="${current}"`}>${escaped(part)}</tspan>`;
    }
    return made;
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

if (import.meta.main) {
  const demo = join(projectFolder, 'local', 'demo', 'main.ts');
  const environment = { ...process.env, FORCE_COLOR: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, [demo], {
    cwd: projectFolder,
    env: environment,
  });
  await writeFile(demoPicture, picture(stdout));
}
