// Pass: its output is its input, or the value of Output.
import type { Language } from '../language/fields.ts';
import type { JsonObject } from '../model/json.ts';
import type { State } from '../runtime/run-flow.ts';
import { compileExit } from '../runtime/visit.ts';

export function compilePass(name: string, fields: JsonObject, language: Language): State {
  const exit = compileExit(fields, language);
  return { name, type: 'Pass', execute: (visit) => visit.leave(exit, visit.input) };
}
