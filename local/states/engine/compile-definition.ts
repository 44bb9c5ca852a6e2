// A validated definition, compiled: its states with their expressions, read once for all executions.
import type { MapRuns } from '../distributed-map/map-runs.ts';
import type { Evaluators } from '../language/expression.ts';
import type { Language } from '../language/fields.ts';
import { asNumber, isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import type { Flow, State, StateMachine } from '../runtime/run-flow.ts';
import { compileChoice } from '../state-types/choice.ts';
import { compileDistributedMap } from '../state-types/distributed-map.ts';
import { compileFail } from '../state-types/fail.ts';
import { compileMap } from '../state-types/map.ts';
import { compileParallel } from '../state-types/parallel.ts';
import { compilePass } from '../state-types/pass.ts';
import { compileSucceed } from '../state-types/succeed.ts';
import { compileTask } from '../state-types/task.ts';
import { compileWait } from '../state-types/wait.ts';

export function compileStateMachine(
  definition: string,
  evaluators: Evaluators,
  mapRuns: MapRuns,
): StateMachine {
  const fields = objectOf(parseJson(definition));
  const timeout = asNumber(fields['TimeoutSeconds']);
  const language = { jsonata: fields['QueryLanguage'] === 'JSONata', evaluators };
  return {
    flow: compileFlow(fields, language, mapRuns),
    timeoutSeconds: typeof timeout === 'number' ? timeout : undefined,
  };
}

function compileFlow(fields: JsonObject, language: Language, mapRuns: MapRuns): Flow {
  const states = Object.entries(objectOf(fields['States'])).map(
    ([name, state]) => [name, compileState(name, objectOf(state), language, mapRuns)] as const,
  );
  return { startAt: String(fields['StartAt']), states: new Map(states) };
}

function compileState(name: string, fields: JsonObject, inherited: Language, mapRuns: MapRuns): State {
  switch (fields['Type']) {
    case 'Parallel': {
      const branches = isJsonArray(fields['Branches']) ? fields['Branches'] : [];
      const flows = branches.map((branch) => compileFlow(objectOf(branch), inherited, mapRuns));
      return compileParallel(name, fields, languageOf(fields, inherited), flows);
    }
    case 'Map':
      return compileAnyMap(name, fields, inherited, mapRuns);
    default:
      return compileSimpleState(name, fields, inherited);
  }
}

function compileAnyMap(name: string, fields: JsonObject, inherited: Language, mapRuns: MapRuns): State {
  // Iterator is the field's older name.
  const processor = objectOf(fields['ItemProcessor'] ?? fields['Iterator']);
  const flow = compileFlow(processor, inherited, mapRuns);
  const language = languageOf(fields, inherited);
  const { Mode, ExecutionType } = objectOf(processor['ProcessorConfig']);
  if (Mode !== 'DISTRIBUTED') return compileMap(name, fields, language, flow);
  const type = ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  return compileDistributedMap(name, fields, language, { flow, type, mapRuns });
}

/** A state without states inside. */
export function compileSimpleState(name: string, fields: JsonObject, inherited: Language): State {
  const language = languageOf(fields, inherited);
  switch (fields['Type']) {
    case 'Task':
      return compileTask(name, fields, language);
    case 'Pass':
      return compilePass(name, fields, language);
    case 'Choice':
      return compileChoice(name, fields, language);
    case 'Wait':
      return compileWait(name, fields, language);
    case 'Succeed':
      return compileSucceed(name, fields, language);
    case 'Fail':
      return compileFail(name, fields, language);
    default:
      throw new Error(`The state '${name}' has no known type`);
  }
}

function languageOf(fields: JsonObject, inherited: Language): Language {
  const own = fields['QueryLanguage'];
  return own === undefined ? inherited : { ...inherited, jsonata: own === 'JSONata' };
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
