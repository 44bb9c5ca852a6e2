// Regular expressions that a schema brings along: matched where they can be stopped, as the text may come from anywhere.
import { runInNewContext } from 'node:vm';
import { isObject } from '../json.ts';

/** A match takes microseconds; one that has not ended by then backtracks without end. */
const MAX_MS = 500;

const FIND = 'const regExp = new RegExp(source, flags); texts.findIndex((text) => regExp.test(text))';

export class PatternTooSlow extends Error {
  override readonly name = 'PatternTooSlow';
}

/**
 * The first of the texts that matches.
 * @throws PatternTooSlow
 * @throws SyntaxError when the pattern is no regular expression
 */
export function firstMatch(pattern: string, flags: string, texts: readonly string[]): string | undefined {
  const { source } = new RegExp(pattern, flags);
  try {
    const index: unknown = runInNewContext(FIND, { source, flags, texts }, { timeout: MAX_MS });
    return texts[Number(index)];
  } catch (cause) {
    if (isObject(cause) && cause['code'] === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new PatternTooSlow(`The pattern ${pattern} takes too long to match`, { cause });
    throw cause;
  }
}

/** For ajv's option `code.regExp`. */
export function boundedRegExp(pattern: string, flags: string) {
  const { source } = new RegExp(pattern, flags); // throws on an invalid one, as ajv expects
  return {
    test: (text: string) => firstMatch(source, flags, [text]) !== undefined,
    // ajv tells patterns apart by their texts.
    toString: () => `/${source}/${flags}`,
  };
}
boundedRegExp.code = 'boundedRegExp';
