// `orchestra validate`: every mistake in workflow files.
import type { Checked, PlacedProblem } from './check.ts';
import { type Command, UsageError } from './command.ts';

export const validate: Command = {
  name: 'validate',
  operands: '<files…>',
  summary: 'finds every mistake in workflows, each with its place',
  about: `The answers are those of POST /workflows/validate. A folder stands for every *.workflow.json in it and in the
folders below it, and - for standard input. Workflows that call others are checked against those among the
files; others are listed. Warnings alone are not a failure.`,
  options: {
    json: {
      description:
        'prints [{file, ok, problems, warnings, not_checked}], each problem with place: {line, column}',
    },
  },
  async run({ operands, given }, io) {
    if (operands.length === 0) throw new UsageError('Name workflow files, folders or - for standard input');
    const { check } = await import('./check.ts');
    const { readFiles } = await import('./workflow-files.ts');
    const { reportAndSummary } = await import('./summary.ts');
    const { files, unreadable } = await readFiles(operands, io);
    const checked = await check(files, io);
    if (given.has('json')) io.stdout.write(`${JSON.stringify(checked.map(jsonOf), null, 2)}\n`);
    else if (checked.length > 0) io.stdout.write(await reportAndSummary(checked, io.stdout));
    for (const line of unreadable) io.stderr.write(`orchestra: ${line}\n`);
    if (unreadable.length > 0) return 2;
    return checked.every(({ compiled }) => compiled) ? 0 : 1;
  },
};

function jsonOf({ file, problems, warnings, notChecked, compiled }: Checked): {
  file: string;
  ok: boolean;
  problems: readonly PlacedProblem[];
  warnings: readonly PlacedProblem[];
  not_checked: readonly string[];
} {
  return { file, ok: compiled !== undefined, problems, warnings, not_checked: notChecked };
}
