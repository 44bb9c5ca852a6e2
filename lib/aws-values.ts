// Values of the AWS SDK's answers, most of whose fields are optional in its types.

/** ISO 8601. AWS always sends the dates that are read with this. */
export function isoTime(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString();
}

/** The value of a JSON text of Step Functions; null when there is none, the text itself when it is not JSON. */
export function jsonOrText(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
