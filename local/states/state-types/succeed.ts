// Succeed: ends its flow with its input, or with what Output makes of it.
import type { Language } from '../data-flow.ts';
import type { State } from '../flow.ts';
import type { JsonObject } from '../json.ts';
import { compileExit } from '../visit.ts';

export function compileSucceed(name: string, fields: JsonObject, language: Language): State {
  const exit = compileExit(fields, language);
  return { name, type: 'Succeed', execute: (visit) => visit.leave(exit, visit.input) };
}
