// The definition of a rerun: the states that follow, with what the states before have left written into it. Step
// Functions runs it as any other; nothing of the run that it continues is read while it runs.
import { holdsDigits } from '../../exact-json.ts';
import { isObject } from '../../json.ts';
import { VALUES_OF } from '../../workflow-format/triggers.ts';
import type {
  ChoiceRule,
  Definition,
  MapState,
  ParallelState,
  PassState,
  State,
  States,
  TaskState,
  Template,
} from '../asl/definition.ts';
import { rerunState, stepOfState, WORKFLOW_STATES } from '../asl/state-names.ts';
import { iterationVariable } from '../expressions/variables.ts';
import { carriedTemplate, withinVariableLimit } from './carried-values.ts';
import { reachable } from './reachable.ts';
import { isDone, type ResumePoint, type Within } from './resume-point.ts';

/** The run whose calls the rerun makes again, so that their keys stay the same. */
export interface FirstRun {
  /** Its ARN, by which its calls knew it. */
  readonly id: string;
  readonly started_at: string;
}

export interface RerunOptions {
  /** The definition's Comment. */
  readonly comment: string;
  /** Undefined where every call is a new one. */
  readonly callsOf?: FirstRun | undefined;
  /** The ARN of the execution whose large values its own are; undefined where they are the rerun's alone. */
  readonly valuesOf?: string;
}

/**
 * @param base the definition whose states follow
 * @param point undefined begins at the start
 */
export function rerunDefinition(
  base: Definition,
  point: ResumePoint | undefined,
  { comment, ...first }: RerunOptions,
): Definition {
  const rerun = new Rerun(first);
  const entry = point && rerun.enter(WORKFLOW_STATES, base, point);
  const { StartAt, States } = rerun.flow(base);
  const states = { ...States, ...entry?.states };
  return {
    ...base,
    Comment: comment,
    StartAt: entry?.name ?? StartAt,
    States: reachable(entry?.name ?? StartAt, states),
  };
}

/** The states that a flow is entered by elsewhere than at its start. */
interface Entry {
  readonly name: string;
  readonly states: Readonly<Record<string, State>>;
}

/** What Map states give an iteration, besides its item: `carried` and its output, or the number of its entry. */
const GIVEN = 'rerun';
const INDEX = '$states.context.Map.Item.Index';

class Rerun {
  readonly #first: Omit<RerunOptions, 'comment'>;
  /** Of the flows within Map and Parallel states. The same flow may be entered by several iterations around it. */
  readonly #entries = new Map<States, { readonly number: number; readonly entry: Entry }[]>();
  readonly #resumed = new Set<State>();
  #states = 0;

  constructor(first: Omit<RerunOptions, 'comment'>) {
    this.#first = first;
  }

  /** The states that assign what the flow had assigned, and lead on. */
  enter(of: string, flow: States, { state, input, variables, within }: ResumePoint): Entry {
    const timers = assignedByTimers(flow);
    const given = iterationVariable('input', stepOfState(of).id);
    const assigned = Object.entries(variables).map(([name, value]): [string, Template] => [
      name,
      timers.get(name) ?? carriedTemplate(value),
    ]);
    // What an iteration is given is given again: the run and the deadlines in it are those of the rerun.
    if (Object.hasOwn(variables, given)) {
      assigned.splice(
        assigned.findIndex(([name]) => name === given),
        1,
      );
      assigned.unshift([given, '{% $states.input %}']);
    }
    if (within) assigned.push([progressVariable(within.state), this.#within(flow, within)]);
    const names = withinVariableLimit(assigned).map((part) => ({ name: this.#name(of), part }));
    const states = names.map(({ name, part }, index): [string, PassState] => {
      const next = names[index + 1];
      return [
        name,
        {
          Type: 'Pass',
          Comment: 'What the run that goes on here had',
          ...(part.length === 0 ? {} : { Assign: Object.fromEntries(part) }),
          Output: next ? '{% null %}' : outputTemplate(input),
          Next: next?.name ?? state,
        },
      ];
    });
    return { name: names[0]?.name ?? state, states: Object.fromEntries(states) };
  }

  /** The value of the variable that tells each branch or iteration of the state where it begins. */
  #within(flow: States, { state: name, progress: all }: Within): Template {
    const state = flow.States[name];
    if (state?.Type !== 'Map' && state?.Type !== 'Parallel') return {};
    this.#resumed.add(state);
    const given = [...all].map(([index, progress]): [string, Template] => {
      if (isDone(progress)) return [`${index}`, { carried: true, output: carriedTemplate(progress.output) }];
      const inner = state.Type === 'Map' ? state.ItemProcessor : state.Branches[index];
      if (!inner) return [`${index}`, {}];
      const entry = this.enter(name, inner, progress);
      const entries = this.#entries.get(inner) ?? [];
      const number = this.#states;
      entries.push({ number, entry });
      this.#entries.set(inner, entries);
      return [`${index}`, { entry: number }];
    });
    return Object.fromEntries(given);
  }

  /** The flow with all states, in the form that the rerun needs. */
  flow({ StartAt, States }: States): States {
    const states = Object.entries(States).map(([name, state]): [string, State] => [
      name,
      this.#state(name, state),
    ]);
    return { StartAt, States: Object.fromEntries(states) };
  }

  #state(name: string, state: State): State {
    switch (state.Type) {
      case 'Task':
        return withFirstRun(state, this.#first);
      case 'Map':
        return this.#map(name, state);
      case 'Parallel':
        return this.#parallel(name, state);
      default:
        return state;
    }
  }

  #map(name: string, state: MapState): MapState {
    const { ItemProcessor } = state;
    const { ProcessorConfig } = ItemProcessor;
    const flow = this.flow(ItemProcessor);
    if (!this.#resumed.has(state)) return { ...state, ItemProcessor: { ProcessorConfig, ...flow } };
    const variable = progressVariable(name);
    const found = `$type($${variable}) = "object" ? $lookup($${variable}, $string(${INDEX}))`;
    const selector = isObject(state.ItemSelector) ? state.ItemSelector : {};
    return {
      ...state,
      ItemSelector: {
        ...selector,
        [GIVEN]: `{% ($found := (${found} : null); $exists($found) ? $found : null) %}`,
      },
      ItemProcessor: {
        ProcessorConfig,
        ...this.#entered(name, ItemProcessor, flow, `$states.input.${GIVEN}`),
      },
      // A state that the run comes to again, as an agent comes to its calls, begins anew then.
      Assign: { ...state.Assign, [variable]: '{% null %}' },
    };
  }

  #parallel(name: string, state: ParallelState): ParallelState {
    const isResumed = this.#resumed.has(state);
    const branches = state.Branches.map((branch, index) => {
      const flow = this.flow(branch);
      const given = `$lookup($${progressVariable(name)}, "${index}")`;
      return isResumed ? this.#entered(name, branch, flow, given) : flow;
    });
    return { ...state, Branches: branches };
  }

  /** @param given JSONata for what tells the flow where it begins */
  #entered(of: string, base: States, flow: States, given: string): States {
    const entries = this.#entries.get(base) ?? [];
    const start = this.#name(of);
    const carried = this.#name(of);
    const rules: ChoiceRule[] = [
      { Condition: `{% ${given}.carried = true %}`, Next: carried },
      ...entries.map(({ number, entry }) => ({
        Condition: `{% ${given}.entry = ${number} %}`,
        Next: entry.name,
      })),
    ];
    const States: Record<string, State> = {
      [start]: { Type: 'Choice', Choices: rules, Default: flow.StartAt },
      [carried]: {
        Type: 'Pass',
        Comment: 'It had ended',
        Output: `{% ${given}.output %}`,
        End: true,
      },
      ...Object.assign({}, ...entries.map(({ entry }) => entry.states)),
      ...flow.States,
    };
    return { StartAt: start, States };
  }

  #name(of: string): string {
    this.#states += 1;
    return rerunState(of, this.#states);
  }
}

/** The variable that tells the branches or iterations of a Map or Parallel state where they begin. */
function progressVariable(state: string): string {
  return `rerun_${state.replace(/\W/g, '_')}`;
}

/** A state's Output, which validators of definitions want as an object or an expression. */
function outputTemplate(value: unknown): Template {
  const template = carriedTemplate(value);
  // In JSONata its large numbers would lose digits.
  if (holdsDigits(value)) return template;
  if (isObject(template) || (typeof template === 'string' && template.startsWith('{%'))) return template;
  return `{% ${JSON.stringify(value)} %}`;
}

/** Deadlines begin anew: those that a run had are over. By variable what its timer's state assigns. */
function assignedByTimers({ States }: States): ReadonlyMap<string, Template> {
  return new Map(
    Object.values(States).flatMap((state) =>
      state.Type === 'Pass' && state.Assign
        ? Object.entries(state.Assign).filter(([name]) => name.startsWith('until_'))
        : [],
    ),
  );
}

/**
 * An action finds what the calls of the first run have left: it is told whose they are, and that they were tried. It and the
 * workflows that are run read the large values that the first run could read.
 */
function withFirstRun(state: TaskState, { callsOf, valuesOf }: Omit<RerunOptions, 'comment'>): TaskState {
  const { Payload, Input } = state.Arguments;
  if (isObject(Input) && Object.hasOwn(Input, VALUES_OF))
    return withArguments(state, { Input: { ...Input, ...(valuesOf && { [VALUES_OF]: valuesOf }) } });
  if (!isObject(Payload) || !isObject(Payload['execution'])) return state;
  if (!Object.hasOwn(Payload['execution'], 'step_id') || Object.hasOwn(Payload, 'task_token')) return state;
  const { first_try, ...known } = Payload['execution'];
  const execution = {
    ...known,
    ...(valuesOf && { values_of: valuesOf }),
    ...(callsOf
      ? { calls_of: callsOf.id, started_at: callsOf.started_at }
      : first_try !== undefined && { first_try }),
  };
  return withArguments(state, { Payload: { ...Payload, execution } });
}

function withArguments(state: TaskState, changed: TaskState['Arguments']): TaskState {
  return { ...state, Arguments: { ...state.Arguments, ...changed } };
}
