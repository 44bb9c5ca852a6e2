// Formulas in Markdown, which models write as GitHub (`$$…$$`) and LaTeX (`\(…\)`, `\[…\]`) have them, for markdown-it.
// A single dollar stays a dollar: prices and variables of a shell stand between two of them as well.
import type MarkdownIt from 'markdown-it';

/** The token of a formula within a text, and of one that is a block: its content is the formula. */
export const MATH_INLINE = 'math_inline';
export const MATH_BLOCK = 'math_block';

const MARKS = [
  ['$$', '$$'],
  ['\\(', '\\)'],
  ['\\[', '\\]'],
] as const;

/** Characters and lines that are looked through for an end, which bounds the work where there is none. */
const MAX_LENGTH = 2000;
const MAX_LINES = 100;

export function math({ inline, block }: InstanceType<typeof MarkdownIt>): void {
  inline.ruler.before('escape', MATH_INLINE, (state, silent) => {
    const found = formulaAt(state.src.slice(state.pos, Math.min(state.posMax, state.pos + MAX_LENGTH)));
    if (!found) return false;
    if (!silent) state.push(MATH_INLINE, '', 0).content = found.content;
    state.pos += found.length;
    return true;
  });
  block.ruler.before(
    'fence',
    MATH_BLOCK,
    (state, start, last, silent) => {
      const line = (at: number) => state.getLines(at, at + 1, state.blkIndent, false).trim();
      const begin = line(start);
      const [open, close] = MARKS.find(([mark]) => mark !== '\\(' && begin.startsWith(mark)) ?? [];
      if (open === undefined) return false;
      const lines: string[] = [];
      for (let at = start; at < Math.min(last, start + MAX_LINES); at += 1) {
        const text = at === start ? begin.slice(open.length) : line(at);
        if (at > start && (text === '' || (text.startsWith(open) && !text.endsWith(close)))) return false;
        lines.push(text);
        if (!text.endsWith(close)) continue;
        const content = lines.join('\n').slice(0, -close.length);
        if (!isFormula(content, open)) return false;
        if (silent) return true;
        Object.assign(state.push(MATH_BLOCK, '', 0), { content: content.trim(), map: [start, at + 1] });
        state.line = at + 1;
        return true;
      }
      return false;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );
}

function formulaAt(source: string): { readonly content: string; readonly length: number } | undefined {
  const [open, close] = MARKS.find(([mark]) => source.startsWith(mark)) ?? [];
  if (open === undefined) return undefined;
  const end = source.indexOf(close, open.length);
  const content = source.slice(open.length, end);
  if (end === -1 || !isFormula(content, open)) return undefined;
  return { content: content.trim(), length: end + close.length };
}

/**
 * A backslash before a bracket escapes it in Markdown, and two dollars are a shell's process: what stands between has to look
 * like a formula.
 */
function isFormula(content: string, open: string): boolean {
  if (content.trim() === '' || /[$`]/.test(content)) return false;
  return /[\\^_=]/.test(content) || (open === '\\(' ? /^\s.*\s$/s.test(content) : content.includes('\n'));
}
