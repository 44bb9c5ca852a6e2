// Text with format=flowed (RFC 3676): lines that end in a space go on in the next one.

/** A line that separates a signature, and flows on into nothing (section 4.3). */
const SIGNATURE = '-- ';

/** @param deletesSpaces the parameter DelSp: the space at the end of a line only says that it flows on */
export function flowedText(text: string, deletesSpaces: boolean): string {
  const paragraphs: string[] = [];
  let open: { readonly quotes: string; readonly parts: string[] } | undefined;
  const close = () => {
    if (open) paragraphs.push(quoted(open.quotes, open.parts.join('')));
    open = undefined;
  };
  for (const line of text.split(/\r?\n/)) {
    const [quotes = ''] = /^>*/.exec(line) ?? [];
    // A space before the text keeps it from being read as something else (section 4.4).
    const content = line.slice(quotes.length).replace(/^ /, '');
    // What is quoted once more or less is another paragraph, whatever its line before says (section 4.5).
    // An empty line is meant as one, also behind a line that flows.
    if (open?.quotes !== quotes || content === SIGNATURE || content === '') close();
    const flows = content.endsWith(' ') && content !== SIGNATURE;
    open ??= { quotes, parts: [] };
    open.parts.push(flows && deletesSpaces ? content.slice(0, -1) : content);
    if (!flows) close();
  }
  close();
  return paragraphs.join('\n');
}

function quoted(quotes: string, whole: string): string {
  // One that flows on into nothing ends in a space.
  const text = whole === SIGNATURE ? whole : whole.trimEnd();
  return quotes && text ? `${quotes} ${text}` : `${quotes}${text}`;
}
