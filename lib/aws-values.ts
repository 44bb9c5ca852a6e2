// Values of the AWS SDK's answers, most of whose fields are optional in its types.
import { parseExactly } from './exact-json.ts';

/** ISO 8601. AWS always sends the dates that are read with this. */
export function isoTime(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString();
}

/** The value of a JSON text of Step Functions, large whole numbers with all their digits; null when there is none, the text itself when it is not JSON. */
export function jsonOrText(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return parseExactly(text);
  } catch {
    return text;
  }
}
