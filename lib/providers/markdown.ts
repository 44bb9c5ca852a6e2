// Reads Markdown (CommonMark with GitHub's tables, strikethrough, task lists and bare links) into pieces, by markdown-it.
import MarkdownIt, { type Token } from 'markdown-it';
import { MATH_BLOCK, MATH_INLINE, math } from './markdown-math.ts';

/** A part of a text with one style. */
export interface Span {
  readonly text: string;
  readonly url?: string;
  readonly bold?: true;
  readonly italic?: true;
  readonly strikethrough?: true;
  readonly code?: true;
  /** The text is a formula of LaTeX. */
  readonly formula?: true;
}

/** A text with what stands below it: the further paragraphs of a list item, a list in it. */
export interface TextPiece {
  readonly kind: 'paragraph' | 'quote' | 'bulleted' | 'numbered' | 'to_do';
  readonly spans: readonly Span[];
  readonly checked?: boolean;
  readonly children: readonly Piece[];
}

export type Piece =
  | TextPiece
  | { readonly kind: 'heading'; readonly level: number; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  | { readonly kind: 'image'; readonly url: string; readonly alt: string }
  /** Rows of cells, the header first; every row has as many. */
  | { readonly kind: 'table'; readonly rows: readonly (readonly (readonly Span[])[])[] }
  | { readonly kind: 'formula'; readonly text: string }
  | { readonly kind: 'divider' };

/** Lists and quotes deeper than this are no document any more; markdown-it would drop what is in them. */
const MAX_DEPTH = 200;

/**
 * Nothing of the text is lost, except for the titles of links and definitions of links that nothing refers to. HTML stays
 * text, apart from `<br>`. Line breaks within a paragraph are kept.
 * @param isLink whether an address can be one; of others the Markdown stays as it is written
 */
export function parseMarkdown(content: string, isLink: (url: string) => boolean): Piece[] {
  // Bare links need their scheme: `readme.md` is a file and no domain of Moldova.
  const parser = new MarkdownIt({ linkify: true, maxNesting: MAX_DEPTH });
  parser.validateLink = isLink;
  parser.use(singleTildes);
  parser.use(math);
  // A byte order mark is no part of the text, and would hide a heading.
  const tokens = parser.parse(content.replace(/^\uFEFF/, ''), {});
  const tooDeep = tokens.some(({ level }) => level >= MAX_DEPTH - 1);
  // A text that only defines links gives no token.
  if (tooDeep || (tokens.length === 0 && content.trim() !== '')) {
    return [{ kind: 'paragraph', spans: [{ text: content }], children: [] }];
  }
  return pieces(tree(tokens));
}

/** Of the delimiters of an inline rule, as no character is. */
const SINGLE_TILDE = 0x1_0000;

/** GitHub strikes through what stands between single tildes too (GFM, "Strikethrough"); markdown-it asks for two. */
function singleTildes({ inline }: InstanceType<typeof MarkdownIt>): void {
  inline.ruler.after('strikethrough', 'single_tilde', (state, silent) => {
    if (silent || state.src[state.pos] !== '~') return false;
    const { length, can_open: open, can_close: close } = state.scanDelims(state.pos, true);
    if (length !== 1) return false;
    state.push('text', '', 0).content = '~';
    const token = state.tokens.length - 1;
    state.delimiters.push({ marker: SINGLE_TILDE, length: 0, token, end: -1, open, close });
    state.pos += 1;
    return true;
  });
  inline.ruler2.after('strikethrough', 'single_tilde', (state) => {
    for (const list of [state.delimiters, ...state.tokens_meta.map((meta) => meta?.delimiters ?? [])])
      for (const { marker, token, end } of list) {
        const closing = end === -1 ? undefined : list[end];
        if (marker !== SINGLE_TILDE || !closing) continue;
        strike(state.tokens[token], 1);
        strike(state.tokens[closing.token], -1);
      }
    return true;
  });
}

function strike(token: Token | undefined, nesting: 1 | -1): void {
  if (!token) return;
  Object.assign(token, { type: nesting === 1 ? 's_open' : 's_close', tag: 's', nesting, content: '' });
}

interface Node {
  readonly token: Token;
  readonly children: readonly Node[];
}

/** The tokens between `…_open` and `…_close` as children of the first. */
function tree(tokens: readonly Token[]): readonly Node[] {
  const roots: Node[] = [];
  const open = [roots];
  for (const token of tokens) {
    if (token.nesting === -1) {
      open.pop();
      continue;
    }
    const children: Node[] = [];
    open.at(-1)?.push({ token, children });
    if (token.nesting === 1) open.push(children);
  }
  return roots;
}

function pieces(nodes: readonly Node[]): Piece[] {
  return nodes.flatMap(({ token, children }): Piece[] => {
    switch (token.type) {
      case 'heading_open':
        return [{ kind: 'heading', level: Number(token.tag.slice(1)), spans: spansIn(children) }];
      case 'fence':
      case 'code_block':
        return [{ kind: 'code', text: token.content.replace(/\n$/, ''), language: language(token.info) }];
      case 'hr':
        return [{ kind: 'divider' }];
      case MATH_BLOCK:
        return [{ kind: 'formula', text: token.content }];
      case 'blockquote_open':
        return [{ kind: 'quote', ...textWithRest(pieces(children)) }];
      case 'bullet_list_open':
        return children.map((item) => listItem(item, undefined));
      case 'ordered_list_open': {
        const first = Number(token.attrGet('start') ?? 1);
        return children.map((item, index) =>
          listItem(item, first === 1 ? undefined : first + index, 'numbered'),
        );
      }
      case 'table_open':
        return [{ kind: 'table', rows: children.flatMap((part) => part.children.map(cells)) }];
      case 'paragraph_open':
        return images(children) ?? [{ kind: 'paragraph', spans: spansIn(children), children: [] }];
      default:
        throw new Error(`markdown-it gave a block that is not known: ${token.type}`);
    }
  });
}

/** The name after a fence: `ts` of ```` ```ts title="a" ````. */
function language(info: string): string {
  return /^[^\s{,:]*/.exec(info.trim())?.[0] ?? '';
}

/** @param number what the item has to show, where a list of another numbering would not */
function listItem(
  { children }: Node,
  number: number | undefined,
  kind: 'bulleted' | 'numbered' = 'bulleted',
): Piece {
  const { spans, children: rest } = textWithRest(pieces(children));
  const [first, ...others] = spans;
  const box = /^\[([ xX])\](?:\s+|$)/.exec(first?.text ?? '');
  if (first && box && plain(first)) {
    const text = first.text.slice(box[0].length);
    const left = text === '' ? others : [{ text }, ...others];
    return { kind: 'to_do', checked: box[1] !== ' ', spans: left, children: rest };
  }
  if (number === undefined) return { kind, spans, children: rest };
  return { kind: 'paragraph', spans: joined([{ text: `${number}. ` }, ...spans]), children: rest };
}

/** A first paragraph as the text of what holds it. */
function textWithRest(all: readonly Piece[]): Pick<TextPiece, 'spans' | 'children'> {
  const [first, ...rest] = all;
  return first?.kind === 'paragraph' && first.children.length === 0
    ? { spans: first.spans, children: rest }
    : { spans: [], children: all };
}

function cells(row: Node): (readonly Span[])[] {
  return row.children.map((cell) => spansIn(cell.children));
}

/** The images of a paragraph that has nothing else. */
function images(children: readonly Node[]): Piece[] | undefined {
  const parts = children.flatMap(({ token }) => token.children ?? []);
  const shown = parts.filter(
    ({ type, content }) => type !== 'softbreak' && (type !== 'text' || content.trim() !== ''),
  );
  if (shown.length === 0 || shown.some(({ type }) => type !== 'image')) return undefined;
  return shown.map((image) => ({ kind: 'image', url: attribute(image, 'src'), alt: altText(image) }));
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}

function altText({ children }: Token): string {
  return (children ?? [])
    .map((part) => (part.type === 'softbreak' ? ' ' : part.content + altText(part)))
    .join('');
}

function spansIn(children: readonly Node[]): Span[] {
  return joined(children.flatMap(({ token }) => spans(token.children ?? [])));
}

function spans(tokens: readonly Token[]): Span[] {
  const result: Span[] = [];
  const styles = { bold: 0, italic: 0, strikethrough: 0 };
  const links: string[] = [];
  let before = 0;
  const add = (text: string, more: Partial<Span> = {}) => {
    // One without an address is text.
    const url = links.at(-1);
    result.push({
      text,
      ...more,
      ...(url && { url }),
      ...(styles.bold > 0 && { bold: true }),
      ...(styles.italic > 0 && { italic: true }),
      ...(styles.strikethrough > 0 && { strikethrough: true }),
    });
  };
  for (const token of tokens) {
    switch (token.type) {
      case 'text':
        add(token.content.replace(/<br\s{0,9}\/?>/gi, '\n'));
        break;
      case 'softbreak':
      case 'hardbreak':
        add('\n');
        break;
      case 'code_inline':
        add(token.content, { code: true });
        break;
      case MATH_INLINE:
        add(token.content, { formula: true });
        break;
      case 'image':
        add(altText(token) || attribute(token, 'src'), urlOf(attribute(token, 'src')));
        break;
      case 'strong_open':
      case 'strong_close':
        styles.bold += token.nesting;
        break;
      case 'em_open':
      case 'em_close':
        styles.italic += token.nesting;
        break;
      case 's_open':
      case 's_close':
        styles.strikethrough += token.nesting;
        break;
      case 'link_open':
        links.push(attribute(token, 'href'));
        before = result.length;
        break;
      case 'link_close':
        // One without a text is shown by its address.
        if (result.length === before) add(links.at(-1) ?? '');
        links.pop();
        break;
      default:
        throw new Error(`markdown-it gave a part of a text that is not known: ${token.type}`);
    }
  }
  return result;
}

/** A link without an address is text. */
const urlOf = (url: string): { url?: string } => (url === '' ? {} : { url });

function plain({ text: _, ...style }: Span): boolean {
  return Object.keys(style).length === 0;
}

/** Neighbours of one style as one span; empty ones are left out. */
function joined(all: readonly Span[]): Span[] {
  const result: Span[] = [];
  let last: { style: string; texts: string[]; span: Span } | undefined;
  const end = () => {
    if (last) result.push({ ...last.span, text: last.texts.join('') });
  };
  for (const span of all) {
    const { text, ...rest } = span;
    if (text === '') continue;
    const style = JSON.stringify([
      rest.url,
      rest.bold,
      rest.italic,
      rest.strikethrough,
      rest.code,
      rest.formula,
    ]);
    if (last?.style === style && !rest.formula) {
      last.texts.push(text);
    } else {
      end();
      last = { style, texts: [text], span };
    }
  }
  end();
  return result;
}
