// The command line: which command, its help, its exit code.
import { suggestion } from '../lib/compiler/problems/suggestions.ts';
import { type Command, type ExitCode, optionsOf, readArguments, UsageError } from './command.ts';
import { compile } from './compile.ts';
import { graph } from './graph.ts';
import { type Io, withDefaults } from './io.ts';
import { states } from './states.ts';
import { validate } from './validate.ts';

const commands: readonly Command[] = [validate, compile, graph, states];

/**
 * Runs a command line.
 * @param argv the arguments after `orchestra`
 */
export async function orchestra(argv: readonly string[], dependencies: Partial<Io> = {}): Promise<ExitCode> {
  const io = withDefaults(dependencies);
  const [name, ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(overview());
    return 0;
  }
  if (name === undefined) {
    io.stderr.write(overview());
    return 2;
  }
  try {
    const command = commandNamed(name);
    const args = readArguments(command, rest);
    if (args.given.has('help')) {
      io.stdout.write(helpOf(command));
      return 0;
    }
    return await command.run(args, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`orchestra: ${error.message}\n`);
    return 2;
  }
}

function commandNamed(name: string): Command {
  const command = commands.find((one) => one.name === name);
  if (command) return command;
  const names = commands.map((one) => one.name);
  if (name.startsWith('-')) throw new UsageError(`The command comes first. Commands: ${names.join(', ')}.`);
  throw new UsageError(`There is no command ${name}. ${suggestion(name, names, 'commands')}`);
}

function overview(): string {
  return `Checks and compiles workflows, and serves Step Functions on this machine.

Usage: orchestra <command> [options]

${table(commands.map(({ name, operands, summary }) => [[name, operands].join(' ').trim(), summary]))}
orchestra <command> --help explains a command. The exit code is 0 for success, 1 when a workflow has problems, and 2
for wrong usage, or when a file or a port cannot be used.
`;
}

function helpOf(command: Command): string {
  const options = Object.entries(optionsOf(command)).map(
    ([name, { short, value, description }]) =>
      [
        `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`,
        description,
      ] as const,
  );
  return `Usage: ${['orchestra', command.name, '[options]', command.operands].join(' ').trim()}

${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.
${command.about}

${table(options)}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
