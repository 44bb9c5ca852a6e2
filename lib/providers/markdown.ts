// Parses Markdown-like text, as people and models write it, into a flat list of pieces.

export interface ListItem {
  readonly kind: 'bulleted' | 'numbered' | 'to_do';
  text: string;
  readonly checked: boolean;
  /** Items indented below this one; deeper ones stand among them. */
  readonly children: ListItem[];
}

export type Piece =
  | ListItem
  | { readonly kind: 'paragraph' | 'quote'; text: string }
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  | { readonly kind: 'divider' };

/** A part of a line with one style; `bold` and so on exclude each other. */
export interface Span {
  readonly text: string;
  readonly style?: 'bold' | 'italic' | 'code';
  readonly url?: string;
}

// Each of these takes time linear in the line: the text may come from strangers.
const heading = /^(#{1,6})\s+(.*)$/;
const divider = /^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;
const listItem = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const quote = /^\s{0,3}>\s?(.*)$/;
const fence = /^\s*(`{3,}|~{3,})(.*)$/;

/** Headings, lists (two levels), to-dos, quotes, code fences, dividers and paragraphs, in order; line breaks are kept. */
export function parseMarkdown(content: string): Piece[] {
  const pieces: Piece[] = [];
  /** The piece that a line without a marker of its own continues. */
  let open: { readonly kind: string; text: string } | undefined;
  /** The item that indented items belong to. */
  let parent: ListItem | undefined;

  const start = (piece: Piece, goesOn?: { readonly kind: string; text: string }) => {
    pieces.push(piece);
    parent = undefined;
    open = goesOn;
  };
  const lines = content.replaceAll('\r\n', '\n').split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const fenced = fence.exec(line);
    // The language follows the fence; with backticks in it, it is inline code.
    if (fenced && !fenced[2]?.includes('`')) {
      const [, mark = '', info = ''] = fenced;
      const [language = ''] = /[\w#+-]+/.exec(info) ?? [];
      let end = i + 1;
      while (end < lines.length && !lines[end]?.trim().startsWith(mark)) end++;
      start({ kind: 'code', text: lines.slice(i + 1, end).join('\n'), language });
      i = end;
      continue;
    }
    if (line.trim() === '') {
      open = undefined;
      continue;
    }
    const headed = heading.exec(line);
    if (headed) {
      const [, marks = '', text = ''] = headed;
      start({
        kind: 'heading',
        level: marks.length === 1 ? 1 : marks.length === 2 ? 2 : 3,
        text: text.trim(),
      });
      continue;
    }
    if (divider.test(line)) {
      start({ kind: 'divider' });
      continue;
    }
    const listed = listItem.exec(line);
    if (listed) {
      const [, indent = '', number, box, text = ''] = listed;
      const kind = box !== undefined ? 'to_do' : number !== undefined ? 'numbered' : 'bulleted';
      const item: ListItem = { kind, text, checked: box === 'x' || box === 'X', children: [] };
      if (parent && indent.replaceAll('\t', '    ').length >= 2) {
        parent.children.push(item);
        open = item;
      } else {
        start(item, item);
        parent = item;
      }
      continue;
    }
    const quoted = quote.exec(line);
    const text = quoted ? (quoted[1] ?? '') : line.trim();
    if (open && (quoted === null || open.kind === 'quote')) {
      open.text += `\n${text}`;
    } else {
      const piece = { kind: quoted ? ('quote' as const) : ('paragraph' as const), text };
      start(piece, piece);
    }
  }
  return pieces;
}

const inline =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|(?<![\w*])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])|\[([^[\]\n]+)\]\((https?:\/\/[^\s()]+)\)/g;

/** The spans of a text: bold, italic, code and links; unmarked text stays as it is. */
export function spans(text: string): Span[] {
  const result: Span[] = [];
  let at = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > at) result.push({ text: text.slice(at, match.index) });
    const [whole, code, bold, italic, label, url] = match;
    if (code !== undefined) result.push({ text: code, style: 'code' });
    else if (bold !== undefined) result.push({ text: bold, style: 'bold' });
    else if (italic !== undefined) result.push({ text: italic, style: 'italic' });
    else if (label !== undefined && url !== undefined) result.push({ text: label, url });
    at = match.index + whole.length;
  }
  if (at < text.length) result.push({ text: text.slice(at) });
  return result;
}
