// What the emulated model finds in a text: sentences, the ones that matter most, dates, addresses, numbers.

const entities: Readonly<Record<string, string>> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  middot: '·',
};

/** Text without HTML tags and without the lines that a reply quotes. */
export function plain(text: string): string {
  return text
    .replace(/<(style|script)\b[^<>]*>[^<]*<\/\1>/gi, ' ')
    .replace(/<\/?(p|div|h\d|li|ul|ol|tr|br|blockquote)\b[^<>]*>/gi, '\n\n')
    .replace(/<[a-z/!][^<>]*>/gi, ' ')
    .replace(/&(\w+);/g, (entity, name: string) => entities[name] ?? entity)
    .replace(/^>.*$/gm, '')
    .trim();
}

/** Greetings, and the links at the foot of a mailing. */
const empty = /^(hi|hello|hallo|dear)\b.{0,30},$|\bunsubscribe\b/i;

/**
 * Sentences, in order: of paragraphs whatever their line breaks, and of each list item. Greetings and offers to
 * unsubscribe are left out.
 */
export function sentences(text: string): string[] {
  return plain(text)
    .split(/\n\s*\n|\n(?=\s*(?:[-*#]|\d+[.)])\s)/)
    .map((block) => block.replace(/^\s*(?:[-*#]+|\d+[.)])\s+/, '').replace(/\s+/g, ' '))
    .flatMap((block) => block.split(/(?<=[.!?])\s+(?=\P{Ll})/u))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length > 2 && !empty.test(sentence));
}

/**
 * The `count` sentences whose words occur most in the whole text, in their own order and unchanged; together
 * at most `maxLength` characters, cut at a word.
 */
export function extract(text: string, count: number, maxLength = 600): string {
  const all = sentences(text);
  const frequency = new Map<string, number>();
  for (const word of words(text)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const chosen = all
    .map((sentence, index) => {
      const own = words(sentence);
      const weight = own.reduce((sum, word) => sum + (frequency.get(word) ?? 0), 0);
      // Long sentences are not worth more for being long; the first sentence usually says what it is about.
      return { index, score: weight / Math.sqrt(own.length + 1) + (index === 0 ? 2 : 0) };
    })
    .sort((left, right) => right.score - left.score || left.index - right.index)
    .slice(0, count)
    .map(({ index }) => index)
    .sort((left, right) => left - right);
  return shorten(chosen.map((index) => all[index]).join(' '), maxLength);
}

export interface MailText {
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** A mail as text: `From: …` and other headers, an empty line, the body. Undefined when the text has no such headers. */
export function mailText(text: string): MailText | undefined {
  const start = /^(?:From|Date|Subject|To): /m.exec(text)?.index;
  if (start === undefined) return undefined;
  const [head = '', ...body] = text.slice(start).split(/\n\s*\n/);
  const header = (name: string) => new RegExp(`^${name}: *(.+)$`, 'm').exec(head)?.[1]?.trim();
  return { header, body: body.join('\n\n') };
}

/** At most `maxLength` characters, cut at a word and ended by an ellipsis. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, Math.max(0, maxLength - 1));
  const lastSpace = cut.lastIndexOf(' ');
  return `${lastSpace > maxLength / 2 ? cut.slice(0, lastSpace) : cut}…`;
}

export function firstEmailAddress(text: string): string | undefined {
  return /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/.exec(text)?.[0];
}

export function firstUrl(text: string): string | undefined {
  return /https?:\/\/[^\s<>")]+/.exec(text)?.[0];
}

/** The first ISO 8601 date (YYYY-MM-DD) in a text. */
export function firstDate(text: string): string | undefined {
  return /\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b/.exec(text)?.[0];
}

export function numbers(text: string): number[] {
  return [...text.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w)/g)].map(([match]) => Number(match));
}

/** Words of four letters and more, lower case: shorter ones rarely carry the meaning. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
}
