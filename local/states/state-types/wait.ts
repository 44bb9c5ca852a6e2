// Wait: for a number of seconds or until a time.
import { compileInteger, compileString, type Language } from '../language/fields.ts';
import { parseTimestamp } from '../language/timestamps.ts';
import type { JsonObject } from '../model/json.ts';
import type { State } from '../runtime/run-flow.ts';
import { compileExit, type Visit } from '../runtime/visit.ts';

/** The longest wait, in seconds (Amazon States Language, "Wait"). */
const MAX_SECONDS = 99_999_999;

export function compileWait(name: string, fields: JsonObject, language: Language): State {
  const exit = compileExit(fields, language);
  const seconds = compileInteger(fields['Seconds'], 'Seconds', language, { min: 0, max: MAX_SECONDS });
  const timestamp = compileString(fields['Timestamp'], 'Timestamp', language);

  async function dueTime(visit: Visit): Promise<number> {
    const delay = await visit.evaluateTyped(seconds);
    if (delay !== undefined) {
      // A redriven execution waits anew.
      const { redrivenAt = 0 } = visit.thread.execution.identity;
      return Math.max(visit.enteredAt, redrivenAt) + delay * 1000;
    }
    const text = (await visit.evaluateTyped(timestamp)) ?? '';
    const time = parseTimestamp(text);
    if (time === undefined) {
      throw visit.evaluationFailed(
        `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
        'Timestamp',
      );
    }
    // "Step Functions considers the time value up to seconds and truncates milliseconds" (developer guide, "Wait").
    return Math.floor(time / 1000) * 1000;
  }

  return {
    name,
    type: 'Wait',
    async execute(visit) {
      const until = visit.resumed?.kind === 'waiting' ? visit.resumed.until : await dueTime(visit);
      visit.setProgress({ kind: 'waiting', until });
      await visit.sleepUntil(until);
      return visit.leave(exit, visit.input);
    },
  };
}
