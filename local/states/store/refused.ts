// Why a file cannot be used as the engine's database, each reason with what to do about it.
import { getSystemErrorMessage } from 'node:util';

export class DatabaseRefused extends Error {
  override readonly name: string = 'DatabaseRefused';
}

/** The file is open in another process, or in this one already: two engines would run every execution twice. */
export class DatabaseInUse extends DatabaseRefused {
  override readonly name = 'DatabaseInUse';
}

/** The file was written by a later version of the engine. */
export class DatabaseTooNew extends DatabaseRefused {
  override readonly name = 'DatabaseTooNew';
}

/** The file is a database of another program, or none at all. */
export class DatabaseForeign extends DatabaseRefused {
  override readonly name = 'DatabaseForeign';
}

/** The contents of the file can no longer be read. */
export class DatabaseDamaged extends DatabaseRefused {
  override readonly name = 'DatabaseDamaged';
}

/** The file cannot be created or written. */
export class DatabaseUnwritable extends DatabaseRefused {
  override readonly name = 'DatabaseUnwritable';
}

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** The error that says what is wrong with the file; other errors as they are. */
export function refusal(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const options = { cause: error };
  const damaged = () =>
    new DatabaseDamaged(
      `${file} is damaged (${error.message}); name another file, or put an earlier copy in its place`,
      options,
    );
  // A value that was stored as JSON is no longer JSON.
  if (error instanceof SyntaxError) return damaged();
  if ('errcode' in error && typeof error.errcode === 'number') {
    // Extended codes have the primary one in their last byte.
    switch (error.errcode & 0xff) {
      case BUSY:
      case LOCKED:
        return new DatabaseInUse(
          `${file} is in use by another engine; stop that one, or name another file`,
          options,
        );
      // The statement is valid for every file of the engine: a table or a text in this one has changed.
      case ERROR:
      case CORRUPT:
        return damaged();
      case NOT_A_DATABASE:
        return new DatabaseForeign(`${file} is not a file of this engine; name another one`, options);
      case READ_ONLY:
      case IO_ERROR:
      case FULL:
      case CANNOT_OPEN:
        return new DatabaseUnwritable(
          `${file} cannot be opened for writing (${error.message}); name a file in a folder that can be written`,
          options,
        );
    }
  }
  if ('syscall' in error && 'errno' in error && typeof error.errno === 'number')
    return new DatabaseUnwritable(
      `The folder of ${file} cannot be made (${getSystemErrorMessage(error.errno)}); name a file in a folder that can be written`,
      options,
    );
  return error;
}
