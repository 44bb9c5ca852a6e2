// A validated definition, compiled: states with their expressions read once for all executions.
import type { Language } from '../language/fields.ts';
import type { Sources } from '../language/functions.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
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

/** Compiles a definition that has passed validation. */
export function compileStateMachine(definition: string, sources: Sources): StateMachine {
  const fields = objectOf(parseJson(definition));
  const timeout = fields['TimeoutSeconds'];
  return {
    flow: compileFlow(fields, { jsonata: fields['QueryLanguage'] === 'JSONata', sources }),
    timeoutSeconds: typeof timeout === 'number' ? timeout : undefined,
  };
}

function compileFlow(fields: JsonObject, language: Language): Flow {
  const states = Object.entries(objectOf(fields['States'])).map(
    ([name, state]) => [name, compileState(name, objectOf(state), language)] as const,
  );
  return { startAt: String(fields['StartAt']), states: new Map(states) };
}

export function compileState(name: string, fields: JsonObject, inherited: Language): State {
  const own = fields['QueryLanguage'];
  const language = own === undefined ? inherited : { ...inherited, jsonata: own === 'JSONata' };
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
    case 'Parallel': {
      const branches = isJsonArray(fields['Branches']) ? fields['Branches'] : [];
      const flows = branches.map((branch) => compileFlow(objectOf(branch), inherited));
      return compileParallel(name, fields, language, flows);
    }
    case 'Map': {
      // Iterator is the field's older name.
      const processor = objectOf(fields['ItemProcessor'] ?? fields['Iterator']);
      const flow = compileFlow(processor, inherited);
      const { Mode, ExecutionType } = objectOf(processor['ProcessorConfig']);
      if (Mode !== 'DISTRIBUTED') return compileMap(name, fields, language, flow);
      const type = ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
      return compileDistributedMap(name, fields, language, flow, type);
    }
    default:
      throw new Error(`The state '${name}' has no known type`);
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
