// What the styles of an HTML mail say of its text: what is hidden, struck out, or on a line of its own.
import type { DomNode, FormatCallback } from 'html-to-text';

type Styles = ReadonlyMap<string, string>;

/** The declarations of an element's style, in small letters; of one that stands twice the last counts. */
function stylesOf({ attribs }: DomNode): Styles {
  const style: unknown = attribs?.style;
  if (typeof style !== 'string') return new Map();
  const declarations = style.split(';').map((declaration): [string, string] => {
    const [name = '', value = ''] = declaration.toLowerCase().split(':', 2);
    return [name.trim(), value.trim()];
  });
  return new Map(declarations);
}

/** 0, with any unit. */
function isZero(value: string | undefined): boolean {
  return value !== undefined && Number.parseFloat(value) === 0;
}

/**
 * Whether nobody sees an element: first words that are for the list of mails alone, and what a sender writes for whoever
 * reads the source, a model for example.
 */
export function isHidden(node: DomNode): boolean {
  if (node.attribs?.hidden !== undefined) return true;
  const styles = stylesOf(node);
  const is = (name: string, words: RegExp) => words.test(styles.get(name) ?? '');
  return (
    is('display', /^none(?![\w-])/) ||
    is('visibility', /^(?:hidden|collapse)\b/) ||
    isZero(styles.get('opacity')) ||
    (is('overflow', /^(?:hidden|clip)\b/) &&
      (isZero(styles.get('max-height')) || isZero(styles.get('height'))))
  );
}

/** Takes away the text without a size, up to the elements that have one: tables made for layout give it to their cells. */
export function dropSizeless(node: DomNode): void {
  if (isZero(stylesOf(node).get('font-size'))) node.children.forEach(dropText);
}

function dropText(node: DomNode): void {
  if (node.type === 'text') node.data = '';
  else if (!stylesOf(node).has('font-size') && node.name !== 'font') node.children?.forEach(dropText);
}

/** An element with a style; without it, it is formatted as what it is. */
export const formatStyled: FormatCallback = (node, walk, builder) => {
  if (isHidden(node)) return;
  dropSizeless(node);
  const styles = stylesOf(node);
  delete node.attribs.style;
  const isBlock = /^(?:block|flex|grid|table|list-item)\b/.test(styles.get('display') ?? '');
  const decoration = styles.get('text-decoration') ?? styles.get('text-decoration-line') ?? '';
  const struck = decoration.includes('line-through') ? '~~' : '';
  if (isBlock) builder.openBlock({ leadingLineBreaks: 1 });
  if (struck) builder.addLiteral(struck);
  walk([node], builder);
  if (struck) builder.addLiteral(struck);
  if (isBlock) builder.closeBlock({ trailingLineBreaks: 1 });
};
