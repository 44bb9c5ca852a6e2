// Shared by the commands that convert one workflow: reads it, reports its problems, writes the result.
import { type Checked, check } from './check.ts';
import { type Arguments, type ExitCode, UsageError } from './command.ts';
import type { Deployment } from './deployment.ts';
import { type Io, systemError } from './io.ts';
import { hasFindings, reportAndSummary } from './summary.ts';
import { readFiles } from './workflow-files.ts';

/** @param convert gives the output for a workflow without problems */
export async function convertFile(
  { operands, given }: Arguments,
  io: Io,
  convert: (compiled: NonNullable<Checked['compiled']>) => string,
  deployment?: Deployment,
): Promise<ExitCode> {
  const [path, ...others] = operands;
  if (path === undefined || others.length > 0)
    throw new UsageError('Name one workflow file, or - for standard input');
  const { files, unreadable } = await readFiles([path], io);
  for (const line of unreadable) io.stderr.write(`orchestra: ${line}\n`);
  const [file, second] = files;
  if (second) throw new UsageError(`${path} is a folder of ${files.length} workflows; name one of them`);
  if (!file) return 2;
  const checked = await check([file], io, deployment);
  if (checked.some(hasFindings)) io.stderr.write(await reportAndSummary(checked, io.stderr));
  const compiled = checked[0]?.compiled;
  if (!compiled) return 1;
  return write(convert(compiled), given.get('output'), io);
}

async function write(text: string, file: string | true | undefined, io: Io): Promise<ExitCode> {
  if (typeof file !== 'string') {
    io.stdout.write(text);
    return 0;
  }
  try {
    await io.files.write(file, text);
    return 0;
  } catch (error) {
    io.stderr.write(`orchestra: ${file} cannot be written: ${systemError(error)}\n`);
    return 2;
  }
}
