// The parameters of a header such as Content-Type: `charset=utf-8` (RFC 2045, section 5.1; RFC 2231).

/** `name`, `name*`, `name*0`, `name*0*` and so on, with a value in quotation marks or without. */
const parameter = /;\s*([^\s=;*"]+)(?:\*(\d{1,3}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;()"]+))/g;

/**
 * @param wanted a name, in small letters
 * @returns undefined when there is none; of one that stands twice the first
 */
export function headerParameter(header: string, wanted: string): string | undefined {
  const sections = new Map<number, string>();
  for (const [, name, number, extended, quoted, token = ''] of header.matchAll(parameter)) {
    const at = Number(number ?? 0);
    if (name?.toLowerCase() !== wanted || sections.has(at)) continue;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? token;
    sections.set(at, extended ? decoded(value) : value);
  }
  let whole = sections.get(0);
  for (let at = 1; whole !== undefined && sections.has(at); at += 1) whole += sections.get(at);
  return whole;
}

/** Without its charset and language, `us-ascii'en'`, which only the first section has. Names and boundaries are ASCII. */
function decoded(value: string): string {
  return value
    .replace(/^[^']*'[^']*'/, '')
    .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
