// Who imports whom: the imports of the project's own files, and the circles among them.
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';

/** From each file, as a path from the project's folder, the files that it imports. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

const SOURCES = '{*.ts,{cli,dashboard,functions,infrastructure,lib,local}/**/*.{ts,tsx}}';
// `from './x.ts'`, `import './x.ts'`, `import('./x.ts')` and a worker's or child's `new URL('./x.ts', import.meta.url)`.
const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*'(\.[^'?]+\.tsx?)(?:\?worker&url)?'/g;

/** What ships and what it is made with; tests and what only they use may import anything. */
function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || file.includes('/testing/');
}

/** @param root the project's folder */
export async function readImports(root: string): Promise<Imports> {
  const files: string[] = [];
  for await (const file of glob(SOURCES, { cwd: root })) if (!isTest(file)) files.push(file);
  return new Map(
    files.toSorted().map((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      const imported = [...text.matchAll(IMPORT)].map(([, to = '']) => path.join(path.dirname(file), to));
      return [file, new Set(imported)];
    }),
  );
}

/** The same arrows between the folders of the files. */
export function betweenFolders(imports: Imports): Imports {
  const folders = new Map<string, Set<string>>();
  for (const [file, imported] of imports) {
    const folder = path.dirname(file);
    const others = [...imported].map((to) => path.dirname(to)).filter((other) => other !== folder);
    folders.set(folder, new Set([...(folders.get(folder) ?? []), ...others]));
  }
  return folders;
}

/**
 * What imports itself by way of others, each circle once, its members in order.
 * The strongly connected components of more than one member (Tarjan, 1972).
 */
export function circles(imports: Imports): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (at: string): number => {
    const own = order.size;
    order.set(at, own);
    let low = own;
    open.push(at);
    for (const to of imports.get(at) ?? []) {
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (open.includes(to)) low = Math.min(low, order.get(to) ?? low);
    }
    if (low === own) {
      const members = open.splice(open.indexOf(at));
      if (members.length > 1) found.push(members.toSorted());
    }
    return low;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found;
}

/** How many files stand one above the other, from one that imports none to one that nobody imports. Without circles only. */
export function levels(imports: Imports): number {
  const known = new Map<string, number>();
  const level = (file: string): number => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const own = 1 + Math.max(0, ...[...(imports.get(file) ?? [])].map(level));
    known.set(file, own);
    return own;
  };
  return Math.max(0, ...[...imports.keys()].map(level));
}
