// Timestamps of Wait states: RFC 3339 as the language restricts it (upper-case T, Z or an offset).

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Milliseconds since 1970, with a fraction rounded up; undefined when the text is no such timestamp. */
export function parseTimestamp(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]; // six groups that always match
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = match[7] ?? '';
  const time = Date.parse(fraction ? text.replace(`.${fraction}`, `.${fraction.slice(0, 3)}`) : text);
  return /[1-9]/.test(fraction.slice(3)) ? time + 1 : time;
}
