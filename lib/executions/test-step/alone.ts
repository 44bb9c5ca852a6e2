// A state as it can be tested alone: it ends where it is, keeps no variables, and reads variables in place of the run's
// context object, which TestState takes only together with a mock (API reference, TestState).
import type { ChoiceState, State, Template } from '../../compiler/asl/definition.ts';
import { PAYLOAD } from '../../compiler/asl/lambda.ts';
import { SET_PREFIX, stepVariable } from '../../compiler/expressions/variables.ts';
import { isObject } from '../../json.ts';

/** Stands for `$states.context.Execution`. */
export const EXECUTION = 'tested_execution';

/** The longest that TestState runs (API reference, TestState). */
const MAX_SECONDS = 300;

/** What the step gives, which is the Output of its state unless that is the workflow's own. */
export function aloneStep(state: State, id: string): object {
  switch (state.Type) {
    case 'Task': {
      const { Type, Resource, Arguments } = state;
      return alone({
        ...{ Type, Resource, Arguments: inForeground(Arguments) },
        TimeoutSeconds: MAX_SECONDS,
        Output: `{% ${PAYLOAD} %}`,
        End: true,
      });
    }
    case 'Pass': {
      const assigned = Object.entries(state.Assign ?? {});
      const set = assigned.filter(([name]) => name.startsWith(SET_PREFIX));
      const given: Template =
        set.length > 0
          ? Object.fromEntries(set.map(([name, value]) => [name.slice(SET_PREFIX.length), value]))
          : (state.Assign?.[stepVariable(id)] ?? state.Output);
      return alone({ Type: 'Pass', Output: given, End: true });
    }
    case 'Choice':
      return aloneChoice(state);
    default:
      return alone(state);
  }
}

/** What a run leaves to go on in the background, a test waits for. */
function inForeground(given: unknown): unknown {
  if (!isObject(given) || !isObject(given['Payload'])) return given;
  const { background: _, ...payload } = given['Payload'];
  return { ...given, Payload: payload };
}

/** Of a choice only where it leads is of interest. */
export function aloneChoice({ Type, Choices, Default }: ChoiceState): object {
  const rules = Choices.map(({ Condition, Next }) => ({ Condition, Next }));
  return alone({ Type, Choices: rules, ...(Default !== undefined && { Default }) });
}

function alone(state: object): object {
  const fields = Object.entries(state).map(([key, value]) => [key, rewritten(value)]);
  return { QueryLanguage: 'JSONata', ...Object.fromEntries(fields) };
}

function rewritten(value: unknown): unknown {
  if (typeof value === 'string') {
    if (!value.startsWith('{%')) return value;
    return value
      .replaceAll('$states.context.Execution', `$${EXECUTION}`)
      .replaceAll('$states.context.State.RetryCount', '0');
  }
  if (Array.isArray(value)) return value.map(rewritten);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewritten(inner)]));
}

/** The expressions of a state. */
export function expressionsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.startsWith('{%') ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(expressionsOf);
  return isObject(value) ? Object.values(value).flatMap(expressionsOf) : [];
}
