// What a list of runs says of each: who started it, with what, and why it failed.
import type { AnswerBody } from '../api/routes.ts';

type Run = AnswerBody<'GET /executions'>['items'][number];

/** What started it: `ada`, `Schedule`; undefined when that is not known. */
export function startedBy({ trigger }: Pick<Run, 'trigger'>): string | undefined {
  switch (trigger?.type) {
    case 'api':
      return trigger.user ?? 'A person';
    case 'rerun':
      return trigger.user === null ? 'Rerun' : `${trigger.user}, again`;
    case 'schedule':
      return 'Schedule';
    case 'webhook':
      return 'Webhook';
    case 'workflow':
      return trigger.execution_id.split('.', 1)[0];
    case undefined:
      return undefined;
  }
}

/** `issue: NotFound` of the error, and its sentence. */
export function errorText({
  error,
}: Pick<Run, 'error'>): { readonly what: string; readonly says: string } | undefined {
  if (!error) return undefined;
  return {
    what: error.step_id === null ? error.name : `${error.name} in ${error.step_id}`,
    says: error.message,
  };
}

/** The inputs without their braces and quotes: `query: is:unread, limit: 20`; `…` at the end where they are cut. */
export function inputText({ input_preview: preview }: Pick<Run, 'input_preview'>): string {
  if (preview === null || preview === '{}' || preview === 'null') return '';
  // What is read is shown as it was written: numbers keep their digits as text.
  if (/[:[,]\s*-?\d{16}/.test(preview)) return preview;
  const isCut = preview.endsWith('…');
  const value = isCut ? readCut(preview.slice(0, -1)) : read(preview);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return preview;
  const fields = Object.entries(value).map(
    ([name, field]) => `${name}: ${typeof field === 'string' ? field : JSON.stringify(field)}`,
  );
  return fields.join(', ') + (isCut ? '…' : '');
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The beginning of a JSON text: what is open is closed, and what makes no sense by itself is left out. */
function readCut(text: string): unknown {
  const open: string[] = [];
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') open.push('}');
    else if (character === '[') open.push(']');
    else if (character === '}' || character === ']') open.pop();
  }
  const rest = open.toReversed().join('');
  const whole = inString ? `${text.replace(/\\(u[\da-f]{0,3})?$/i, '')}"` : text;
  // A key without its value, a comma, half a word.
  const sensible = whole.replace(/[,{]\s*"(?:[^"\\]|\\.)*"\s*:?\s*$/, (end) =>
    end.startsWith('{') ? '{' : '',
  );
  return read(whole + rest) ?? read(sensible + rest) ?? read(whole.replace(/,[^,]*$/, '') + rest);
}
