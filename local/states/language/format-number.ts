// `$formatNumber`, which refuses a picture without a digit by the rule that it breaks. jsonata 2.0.6 fails to read one.
import jsonata from 'jsonata';
import { isObject } from '../model/json.ts';
import { FunctionError } from './function-error.ts';

const builtIn = jsonata('$formatNumber($number, $picture, $options)');

type Options = Readonly<Record<string, unknown>>;

export async function formatNumber(
  number: number | undefined,
  picture: string,
  options?: Options,
): Promise<unknown> {
  if (number === undefined) return undefined;
  try {
    return await builtIn.evaluate(undefined, { number, picture, options });
  } catch (error) {
    throw isObject(error) && 'code' in error ? error : new FunctionError(ruleBroken(picture, options));
  }
}

/**
 * XPath Functions 3.1, 4.7.3, with jsonata's codes. Of several rules the last one is named, as on AWS
 * (https://github.com/floci-io/floci/issues/2737).
 */
function ruleBroken(picture: string, options: Options = {}): string {
  const symbol = (name: string, usual: string) => String(options[name] ?? usual);
  const zero = symbol('zero-digit', '0').charCodeAt(0);
  const others = [symbol('decimal-separator', '.'), symbol('grouping-separator', ','), symbol('digit', '#')];
  const isActive = (char: string) =>
    others.includes(char) || Math.floor((char.charCodeAt(0) - zero) / 10) === 0;
  const parts = picture.split(symbol('pattern-separator', ';'));
  const part = parts.find((text) => ![...text].some(isActive)) ?? '';
  if (part.includes(symbol('exponent-separator', 'e'))) return 'D3093';
  return part === '' ? 'D3085' : 'D3086';
}
