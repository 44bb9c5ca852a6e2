// The report on all files, with a line that counts the problems.
import type { Checked } from './check.ts';
import type { Output } from './io.ts';
import { painter } from './paint.ts';

export function hasFindings({ problems, warnings, notChecked }: Checked): boolean {
  return problems.length + warnings.length + notChecked.length > 0;
}

/** Every problem and warning, then the summary. The report's code is loaded only when there is something to report. */
export async function reportAndSummary(checked: readonly Checked[], output: Output): Promise<string> {
  if (!checked.some(hasFindings)) return summary(checked, output);
  const { report } = await import('./report.ts');
  return report(checked, output) + summary(checked, output);
}

/** `2 problems and 1 warning in 2 of 5 files`. */
function summary(checked: readonly Checked[], output: Output): string {
  const problems = checked.reduce((sum, one) => sum + one.problems.length, 0);
  const warnings = checked.reduce((sum, one) => sum + one.warnings.length, 0);
  const files = counted(checked.length, 'file');
  if (problems + warnings === 0) return painter(output)('green', `${files}, no problems\n`);
  const touched = checked.filter((one) => one.problems.length + one.warnings.length > 0).length;
  const found = [
    ...(problems > 0 ? [counted(problems, 'problem')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ].join(' and ');
  const where = touched === checked.length ? files : `${touched} of ${files}`;
  return painter(output)(problems > 0 ? 'red' : 'yellow', `${found} in ${where}\n`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
