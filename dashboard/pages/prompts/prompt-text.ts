// What a prompt has in place of its variables: the parts of a text, and what a template's variables say of them.

export interface Part {
  readonly kind: 'text' | 'value' | 'missing' | 'unknown';
  readonly text: string;
}

export interface Variable {
  readonly description?: string | undefined;
  readonly default?: unknown;
}

const PLACEHOLDER = /\{\{([\s\S]*?)\}\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** The names of the variables that the texts use, in the order of their first use. */
export function usedVariables(...texts: readonly string[]): readonly string[] {
  const names = texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim()));
  return [...new Set(names.filter((name) => NAME.test(name)))];
}

/**
 * The text as a model gets it (lib/template-format/template.ts): a variable without a value is marked, and so is what is no
 * placeholder.
 * @param values what was typed; an empty text counts as not given
 */
export function renderedParts(
  text: string,
  variables: Readonly<Record<string, Variable>>,
  values: Readonly<Record<string, string>>,
): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const found of text.matchAll(PLACEHOLDER)) {
    const [written, inner = ''] = found;
    const name = inner.trim();
    if (found.index > at) parts.push({ kind: 'text', text: text.slice(at, found.index) });
    at = found.index + written.length;
    if (!Object.hasOwn(variables, name)) {
      parts.push({ kind: 'unknown', text: written });
      continue;
    }
    const value = Object.hasOwn(values, name) && values[name] !== '' ? values[name] : undefined;
    const shown = value ?? asText(variables[name]?.default);
    parts.push(shown === undefined ? { kind: 'missing', text: name } : { kind: 'value', text: shown });
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** The declarations for the names that are used: those there were, and new ones for the others. */
export function declared(
  names: readonly string[],
  before: Readonly<Record<string, Variable>>,
): Readonly<Record<string, Variable>> {
  const kept = Object.entries(before).filter(([name]) => names.includes(name));
  const added = names.filter((name) => !Object.hasOwn(before, name)).map((name) => [name, {}] as const);
  return Object.fromEntries([...kept, ...added]);
}
