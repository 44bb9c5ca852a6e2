// Texts of JavaScript between backticks, as JSONata joins texts.

const PART = /((?:[^$]|\$(?!\{))*)(?:\$\{([^{}`]*)\})?/g;
const CODE = /\$\{([^{}`]*)\}/g;

/**
 * `` `Hello ${inputs.name}` ``; a name in backticks stays one.
 * @param codeOf what stands in braces, as JSONata
 * @returns undefined where braces hold braces
 */
export function joinedTemplate(text: string, codeOf: (source: string) => string): string | undefined {
  const count = text.split('${').length - 1;
  if (count === 0) return text;
  if ([...text.matchAll(CODE)].length !== count) return undefined;
  const parts: string[] = [];
  for (const [, plain = '', inner] of text.slice(1, -1).matchAll(PART)) {
    if (plain !== '') parts.push(JSON.stringify(plain));
    if (inner === undefined) continue;
    const code = codeOf(inner).trim();
    parts.push(/^[\w.$`[\]]+$/.test(code) ? code : `(${code})`);
  }
  const [only = '', more] = parts;
  // Alone it is text too, whatever it gives.
  return more === undefined && count === 1 ? `$string(${only})` : parts.join(' & ');
}
