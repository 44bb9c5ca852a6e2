// The states of one step in a definition that the compiler wrote.
import {
  type ChoiceState,
  type Definition,
  innerFlows,
  kindsOfSteps,
  type State,
  type States,
} from '../../compiler/asl/definition.ts';
import { stateName } from '../../compiler/asl/state-names.ts';

export interface StepStates {
  /** Its action or kind. */
  readonly kind: string;
  /** Asks whether the step runs. */
  readonly when?: ChoiceState;
  readonly own: State;
  /** The id of the innermost loop around it. */
  readonly loop?: string;
}

/** The ids of all steps. */
export function stepsOf(definition: Definition): readonly string[] {
  return [...kindsOfSteps(definition).keys()].filter((name) => !name.includes('.'));
}

/** @returns undefined when there is no such step */
export function statesOfStep(definition: Definition, id: string): StepStates | undefined {
  const kind = kindsOfSteps(definition).get(id);
  const found = statesNamed(definition, [stateName(id, 'when'), id, stateName(id, 'try')]);
  // What is tried as a whole stands in a Parallel state that has the step's name.
  const own = found.get(stateName(id, 'try')) ?? found.get(id);
  if (kind === undefined || !own) return undefined;
  const when = found.get(stateName(id, 'when'))?.state;
  return {
    kind,
    own: own.state,
    ...(when?.Type === 'Choice' && { when }),
    ...(own.loop !== undefined && { loop: own.loop }),
  };
}

interface Found {
  readonly state: State;
  readonly loop: string | undefined;
}

function statesNamed(flow: States, names: readonly string[]): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  const search = ({ States }: States, loop: string | undefined): void => {
    for (const [name, state] of Object.entries(States)) {
      if (names.includes(name)) found.set(name, { state, loop });
      const [id = ''] = name.split('.');
      for (const inner of innerFlows(state)) search(inner, state.Type === 'Map' ? id : loop);
    }
  };
  search(flow, undefined);
  return found;
}
