// Links, and what is set above or below the line, in the text of an HTML mail.
import type { DomNode, FormatCallback } from 'html-to-text';

/** `Pay [https://pay.example]`; the address alone where it is its own text. Of a picture that links, what it stands for. */
export const formatLink: FormatCallback = (link, walk, builder) => {
  let text = '';
  builder.pushWordTransform((word) => {
    text += word;
    return word;
  });
  walk(link.children, builder);
  builder.popWordTransform();
  const href = addressOf(link);
  if (href === '' || href === text) return;
  if (text === '') builder.addInline(` ${alternatives(link)} `, { noWordTransform: true });
  builder.addInline(` [${href}]`, { noWordTransform: true });
};

/** Empty where the link leads to a place within the mail, or nowhere. */
function addressOf({ attribs }: DomNode): string {
  const given: unknown = attribs?.href;
  if (typeof given !== 'string') return '';
  // URL standard, section 4.4: white space around it, and line breaks and tabs within, are no part of it.
  const href = given.trim().replace(/[\t\r\n]/g, '');
  return href.startsWith('#') ? '' : href.replace(/^mailto:/i, '');
}

function alternatives(node: DomNode): string {
  const alt: unknown = node.name === 'img' ? node.attribs?.alt : undefined;
  return typeof alt === 'string' ? alt : (node.children ?? []).map(alternatives).join(' ');
}

/** Digits above or below a number are not its further digits: 10² and 15⁹⁹ would become 102 and 1599. */
export function formatScript(mark: string): FormatCallback {
  return (node, walk, builder) => {
    if (/\d\s*$/.test(textBefore(node)) && /^\s*[-\u2212+]?\d/.test(firstText(node)))
      builder.addLiteral(mark);
    walk(node.children, builder);
  };
}

function textBefore(node: DomNode): string {
  const siblings = node.parent?.children ?? [];
  return lastText(siblings[siblings.indexOf(node) - 1]);
}

function firstText(node: DomNode | undefined): string {
  if (!node || node.type === 'text') return node?.data ?? '';
  return node.children?.map(firstText).find((text) => text.trim() !== '') ?? '';
}

function lastText(node: DomNode | undefined): string {
  if (!node || node.type === 'text') return node?.data ?? '';
  return node.children?.map(lastText).findLast((text) => text.trim() !== '') ?? '';
}
