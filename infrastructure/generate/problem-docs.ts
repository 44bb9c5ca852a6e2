// docs/problems.md, made of the compiler's table of problems: each example is compiled, and what is printed stands there.
import { join } from 'node:path';
import type { Catalogue } from '../../lib/actions/catalogue.ts';
import { type CompileResult, compile, type SavedWorkflows } from '../../lib/compiler/compile.ts';
import { type ProblemCode, problemCodes, problemKinds } from '../../lib/compiler/problems/codes.ts';
import { problemExamples } from '../../lib/compiler/problems/examples.ts';
import { formatProblem } from '../../lib/compiler/problems/format.ts';
import { asJson } from './json-text.ts';

export const problemDocs = join(import.meta.dirname, '..', '..', 'docs', 'problems.md');

const INTRODUCTION = `# Problems

Saving and validating a workflow list every problem at once, each with its code, its place as a JSON pointer (and the
column within a string), what is wrong and what would be right. Below, each code has an example, what is printed for
it, and the fix.

A *warning* does not keep a workflow from being saved. A workflow with other problems lists the warnings that were
found along the way, which may not be all of them.

Some codes are not about what a workflow says, but about how it was sent:

| code | what is wrong |
|---|---|
| \`invalid-json\` | the text is not JSON; the API answers 400 with the line and column, \`npx orchestra validate\` shows the place |
| \`duplicate-key\` | an object has the same key twice, so that one of its values would be lost; the API answers 400 as to \`invalid-json\` |
| \`inexact-number\` | a number that cannot be kept as it stands: a whole one with too many digits (beyond 2^53), or one larger than any (\`1e400\`); write it as a text. In the input of a run, whole numbers up to 2^63 keep their digits |
| \`id-differs\` | \`PUT /workflows/{id}\` was sent a workflow with another id. An id cannot be changed: create another workflow |
| \`type-fixed\` | the workflow that is saved under the id is of the other \`type\`, [which AWS fixes](workflow-reference.md#express): create another workflow, or delete that one first |
`;

export function problemPage(catalogue: Catalogue): string {
  return [INTRODUCTION, ...problemCodes.map((code) => section(code, catalogue))].join('\n');
}

function section(code: ProblemCode, catalogue: Catalogue): string {
  const { severity, summary } = problemKinds[code];
  const { note, bad, fixed } = problemExamples[code];
  const { problems, warnings } = found(bad, catalogue);
  return [
    `## \`${code}\``,
    severity === 'warning' ? `*Warning.* ${summary}` : summary,
    ...(note === undefined ? [] : [note]),
    block('json', asJson(bad)),
    block('text', [...problems, ...warnings].map(formatProblem).join('\n')),
    block('json', asJson(fixed)),
  ]
    .join('\n\n')
    .concat('\n');
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** The workflows that examples run. */
const workflows: SavedWorkflows = new Map([
  [
    'open_issue',
    { inputs: { repo_name: { type: 'string' }, title: { type: 'string' } }, calls: [], isExpress: false },
  ],
  ['report', { inputs: {}, calls: ['w'], isExpress: false }],
]);

/** What compiling finds of an example of the documentation. */
export function found(
  example: unknown,
  catalogue: Catalogue,
): Pick<Extract<CompileResult, { ok: false }>, 'problems' | 'warnings'> {
  const document: unknown = JSON.parse(JSON.stringify(example), (_, value: unknown) => expanded(value));
  const result = compile(document, {
    catalogue,
    functionArn: (name) => name,
    stateMachineArn: (id) => id,
    workflows,
    version: 1,
    now: Date.parse('2026-01-01T00:00:00Z'),
    apiUrl: 'https://api.example.com',
  });
  return { problems: result.ok ? [] : result.problems, warnings: result.warnings };
}

/** Examples that would fill pages are written short: `(300000 times x)`, `(70 lists)`. */
function expanded(value: unknown): unknown {
  const [, count, what] =
    /^\((\d+) (times x|times \{\{-1\}\}|lists)\)$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (count === undefined) return value;
  if (what?.startsWith('times ')) return what.slice('times '.length).repeat(Number(count));
  let lists: unknown[] = [];
  for (let n = 1; n < Number(count); n++) lists = [lists];
  return lists;
}
