// Pass: hands its input on, or what Output makes of it.
import type { Language } from '../data-flow.ts';
import type { State } from '../flow.ts';
import type { JsonObject } from '../json.ts';
import { compileExit } from '../visit.ts';

export function compilePass(name: string, fields: JsonObject, language: Language): State {
  const exit = compileExit(fields, language);
  return { name, type: 'Pass', execute: (visit) => visit.leave(exit, visit.input) };
}
