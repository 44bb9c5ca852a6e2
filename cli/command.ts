// The interface of commands, and the parser of their arguments.
import { parseArgs } from 'node:util';
import { suggestion } from '../lib/compiler/problems/suggestions.ts';
import type { Io } from './io.ts';

/** 0: success; 1: a workflow has problems; 2: wrong usage, or a file or a port that cannot be used. */
export type ExitCode = 0 | 1 | 2;

export interface Option {
  readonly short?: string;
  /** The placeholder of its value in help; a flag has none. */
  readonly value?: string;
  readonly description: string;
}

export interface Command {
  readonly name: string;
  /** The operands in help, `<files…>`; empty when there are none. */
  readonly operands: string;
  readonly summary: string;
  /** Further paragraphs of help. */
  readonly about: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Imports what it needs when it runs, so that help and the other commands start without it. */
  run(args: Arguments, io: Io): Promise<ExitCode>;
}

export interface Arguments {
  readonly operands: readonly string[];
  /** By option: its value, or `true` of a flag. */
  readonly given: ReadonlyMap<string, string | true>;
}

/** A command line that is not valid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** For the commands that print their result. */
export const outputOption: Option = {
  short: 'o',
  value: 'file',
  description: 'writes to the file instead of standard output',
};

const help: Option = { short: 'h', description: 'shows this help' };

export function optionsOf({ options }: Command): Readonly<Record<string, Option>> {
  return { ...options, help };
}

/** @throws UsageError naming the options that there are */
export function readArguments(command: Command, argv: readonly string[]): Arguments {
  const options = optionsOf(command);
  const names = Object.keys(options).map((name) => `--${name}`);
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { short, value }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option)
      throw new UsageError(`There is no option ${rawName}. ${suggestion(rawName, names, 'options')}`);
    if (option.value === undefined) {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
      given.set(name, true);
    } else {
      if (value === undefined || value === '')
        throw new UsageError(`${rawName} needs a value: ${rawName} <${option.value}>`);
      given.set(name, value);
    }
  }
  return { operands: positionals, given };
}
