// The judges that are written in Python, each in an environment of its own below node_modules.
import { type ExecFileException, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../../infrastructure/project-folder.ts';

/** A command that was run to its end, whatever its exit code. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  /** With what it wrote to stderr. */
  readonly output: string;
}

/** Python or a package of it cannot be had; the message says what to do about it. */
export class PythonMissing extends Error {
  override readonly name = 'PythonMissing';
}

/** Major and minor version of Python. */
type Version = readonly [number, number];

const OLDEST: Version = [3, 10];

/**
 * Installs the packages of a requirements file of this folder once, and gives the folder of their commands.
 * @param preferred `python3`; where it is older than `oldest`, the command of just that version is taken
 * @throws PythonMissing
 */
export async function pythonEnvironment(
  requirements: string,
  preferred: string,
  oldest: Version = OLDEST,
): Promise<string> {
  const file = join(import.meta.dirname, requirements);
  const folder = join(projectFolder, 'node_modules', '.cache', 'judges', requirements.replace('.txt', ''));
  const { interpreter, version } = await newEnough(preferred, oldest);
  const wanted = createHash('sha256')
    .update(`${version}\n`)
    .update(await readFile(file))
    .digest('hex');
  const stamp = join(folder, 'installed');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return join(folder, 'bin');
  await rm(folder, { recursive: true, force: true });
  console.log(`Installing the packages of ${requirements} …`);
  await mustRun(interpreter, ['-m', 'venv', folder], `${interpreter} -m venv cannot make an environment`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', file];
  await mustRun(join(folder, 'bin', 'python'), pip, `pip cannot install ${requirements}`);
  await writeFile(stamp, wanted);
  return join(folder, 'bin');
}

async function newEnough(
  preferred: string,
  oldest: Version,
): Promise<{ interpreter: string; version: string }> {
  const found: string[] = [];
  for (const interpreter of [preferred, `python${oldest.join('.')}`]) {
    const asked = await run(interpreter, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).catch(
      () => undefined,
    );
    if (asked?.code !== 0) continue;
    const version = asked.output.trim();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return { interpreter, version };
    found.push(`${interpreter} is Python ${version}`);
  }
  throw new PythonMissing(
    `${found[0] ?? `There is no ${preferred} here`}: Python ${oldest.join('.')} or later is needed (PYTHON names another command)`,
  );
}

async function mustRun(command: string, args: readonly string[], what: string): Promise<void> {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new PythonMissing(`${what}:\n${output}`);
}

/**
 * Runs a command in the project's folder; its output and errors as one text.
 * @throws Error when there is no such command
 */
export async function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const options = {
    cwd: projectFolder,
    env: { ...process.env, ...environment },
    maxBuffer: 256 * 1024 * 1024,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, options);
    return { code: 0, stdout, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as ExecFileException; // what execFile rejects with
    if (typeof code !== 'number') throw error;
    return { code, stdout: String(stdout), output: `${stdout}${stderr}` };
  }
}
