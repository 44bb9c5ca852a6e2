// docs/aws-assumptions.md, made of the table of assumptions.
import { join } from 'node:path';
import type { Assumption, Evidence } from '../verify-account/assumption.ts';
import { assumptions } from '../verify-account/assumptions.ts';

export const assumptionDocs = join(import.meta.dirname, '..', '..', 'docs', 'aws-assumptions.md');

const INTRODUCTION = `# What must be true of AWS

Behaviours of AWS that the compiled definitions and the code rely on, and that the model of no API says, each with where it
is written or was seen: AWS's documents, a case that was recorded from AWS (played by \`npm run conformance\`), what others
measured on AWS, or a check.

    npm run verify:account -- --dry-run     # what it would create, without asking AWS
    npm run verify:account                  # the checks, on the account of your credentials

The checks are short executions of state machines named \`ai-orchestra-verify-…\`, in a role of that name; all of them are
removed again. They cost less than a cent. \`--api-url\` adds the checks that ask a deployed API.

Quotations are AWS's words; … stands for words left out, and a colon between the cells of a table.
`;

export function assumptionPage(): string {
  const proven = assumptions.filter(({ evidence }) => evidence !== undefined);
  const believed = assumptions.filter(({ evidence }) => evidence === undefined);
  return [
    INTRODUCTION,
    '## Believed until it is checked\n\nNothing that is known to us says so; `npm run verify:account` finds out.\n',
    table(believed),
    '\n## Written or seen\n',
    table(proven),
  ].join('\n');
}

function table(rows: readonly Assumption[]): string {
  const lines = rows.map(
    ({ service, says, reliedOnBy, evidence = [], check }) =>
      `| ${service} | ${cell(says)} | ${reliedOnBy.map((file) => `\`${file}\``).join('<br>')} | ${[
        ...evidence.map(shown),
        ...(check === undefined ? [] : [`check \`${check}\``]),
      ].join('<br>')} |`,
  );
  return ['| of | what | relied on by | evidence |', '|---|---|---|---|', ...lines, ''].join('\n');
}

function shown(evidence: Evidence): string {
  if ('recorded' in evidence) return `recorded: \`${evidence.recorded}\``;
  if ('measured' in evidence) return `[measured](${evidence.measured}): ${cell(evidence.says)}`;
  return `[AWS](${evidence.document}): “${cell(evidence.says)}”`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
