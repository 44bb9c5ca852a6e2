// The examples of docs/workflows.md: each is compiled, and what is printed for it stands in the page.
import { join } from 'node:path';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import { type CompileResult, compile, type SavedWorkflows } from '../../lib/compiler/compile.ts';
import { formatProblem } from '../../lib/compiler/problems/format.ts';

export const workflowDocs = join(import.meta.dirname, '..', '..', 'docs', 'workflows.md');

/** What the page says of the workflows that its examples run. */
const workflows: SavedWorkflows = new Map([
  [
    'open_issue',
    { inputs: { repo_name: { type: 'string' }, title: { type: 'string' } }, calls: [], isExpress: false },
  ],
  ['report', { inputs: {}, calls: ['w'], isExpress: false }],
]);

export interface Example {
  readonly kind: 'bad' | 'fixed';
  /** The problem code that the example is under, undefined before the first. */
  readonly code: string | undefined;
  readonly result: CompileResult;
}

/** The page's examples, compiled, in order. */
export function examples(page: string, catalogue: Catalogue): Example[] {
  let code: string | undefined;
  return [...page.matchAll(/^### `([^`\n]+)`$|^```json (bad|fixed)\n(.*?)^```$/gms)].flatMap(
    (match): Example[] => {
      if (match[1] !== undefined) code = match[1];
      if (match[3] === undefined) return [];
      const document: unknown = JSON.parse(match[3], (_, value: unknown) => expanded(value));
      const result = compile(document, {
        catalogue,
        functionArn: (name) => name,
        stateMachineArn: (id) => id,
        workflows,
        version: 1,
        now: Date.parse('2026-01-01T00:00:00Z'),
        apiUrl: 'https://api.example.com',
      });
      return [{ kind: match[2] === 'bad' ? 'bad' : 'fixed', code, result }];
    },
  );
}

/** The page with what is printed now below each bad example. */
export function withPrinted(page: string, catalogue: Catalogue): string {
  const bad = examples(page, catalogue).filter((example) => example.kind === 'bad');
  return page.replace(/^```text\n(?:.*?\n)??```$/gms, () => `\`\`\`text\n${printed(bad.shift())}\n\`\`\``);
}

function printed(example: Example | undefined): string {
  if (!example) throw new Error('docs/workflows.md has more printed texts than bad examples');
  const { result } = example;
  return (result.ok ? result.warnings : result.problems).map(formatProblem).join('\n');
}

/** Examples that would fill pages are written short: `(300000 times x)`, `(70 lists)`. */
function expanded(value: unknown): unknown {
  const [, count, what] = /^\((\d+) (times x|lists)\)$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (count === undefined) return value;
  if (what === 'times x') return 'x'.repeat(Number(count));
  let lists: unknown[] = [];
  for (let n = 1; n < Number(count); n++) lists = [lists];
  return lists;
}
