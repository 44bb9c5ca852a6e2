// A compiled state machine as a Mermaid state diagram (stateDiagram-v2), labelled with the author's own texts.
import type { Definition, State, States } from '../lib/compiler/asl/definition.ts';
import { isStateName, stepOfState } from '../lib/compiler/asl/state-names.ts';
import { isObject } from '../lib/json.ts';
import type { Workflow } from '../lib/workflow-format/workflow.ts';

interface Context {
  /** The author's steps by id, including nested ones. */
  readonly steps: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The states' ids in the diagram, by name. */
  readonly ids: ReadonlyMap<string, string>;
}

/** @returns the text of the diagram, valid whatever the workflow's texts hold */
export function mermaid(definition: Definition, workflow: Workflow): string {
  const steps = new Map<string, Readonly<Record<string, unknown>>>();
  collectSteps([workflow.steps, workflow.on_failure], steps);
  const context = { steps, ids: diagramIds(stateNames(definition)) };
  return `${['stateDiagram-v2', ...indented(flowLines(definition, context))].join('\n')}\n`;
}

/** Steps stand in lists, wherever these are in a step: `steps`, `else`, `on_error`, `switch`, `parallel`. */
function collectSteps(value: unknown, steps: Map<string, Readonly<Record<string, unknown>>>): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      if (isObject(item) && typeof item['id'] === 'string') steps.set(item['id'], item);
      collectSteps(item, steps);
    }
  } else if (isObject(value)) {
    for (const key of ['steps', 'else', 'on_error', 'switch']) collectSteps(value[key], steps);
    if (isObject(value['parallel'])) collectSteps(Object.values(value['parallel']), steps);
  }
}

function stateNames({ States }: States): string[] {
  return Object.entries(States).flatMap(([name, state]) => [name, ...innerFlows(state).flatMap(stateNames)]);
}

function innerFlows(state: State): readonly States[] {
  if (state.Type === 'Map') return [state.ItemProcessor];
  if (state.Type !== 'Parallel') return [];
  // A Parallel state around a single one, so that its errors can be caught, is one step of the author's.
  // One around a loop and what is looked at after it is drawn as the loop.
  const [only, ...others] = state.Branches.flatMap((branch) => Object.entries(branch.States));
  const isOneStep = only !== undefined && isStateName(only[0], 'try');
  const isLoop = others.some(([name]) => isStateName(name, 'tolerance'));
  return isOneStep && (others.length === 0 || isLoop) ? innerFlows(only[1]) : state.Branches;
}

/** Words with a meaning to Mermaid in place of a state's id. */
const KEYWORD =
  /^(?:acc(?:title|descr)|as|class|classdef|click|default|href|note|scale|state|statediagram|style)(?![a-z0-9_])/i;

/** Mermaid's own ids for the beginning and the end of a diagram or a state: `root_end`, `each_start`. */
const BEGIN_OR_END = /^(?:root|(?:.*_)?(?:start|end)\d*)$/i;

/**
 * Ids are the names of the states, so that the text is readable; keywords are prefixed with `_`, and names that look like
 * a beginning or an end get it as a suffix.
 */
function diagramIds(names: readonly string[]): Map<string, string> {
  const taken = new Set(names);
  return new Map(
    names.map((name) => {
      let id = BEGIN_OR_END.test(name) ? `${name}_` : name;
      while (KEYWORD.test(id) || (id !== name && taken.has(id))) id = `_${id}`;
      taken.add(id);
      return [name, id];
    }),
  );
}

/** Waits for a provider's rate limit and what keeps an iteration's item: the author did not write them. */
function isShown(name: string): boolean {
  return !isStateName(name, 'retry_after') && !isStateName(name, 'iteration');
}

function firstShown({ StartAt, States }: States): string {
  const first = States[StartAt];
  return first?.Type === 'Pass' && !isShown(StartAt) ? (first.Next ?? StartAt) : StartAt;
}

function flowLines(flow: States, context: Context): string[] {
  const { States } = flow;
  const shown = Object.entries(States).filter(([name]) => isShown(name));
  return [
    `[*] --> ${idOf(firstShown(flow), context)}`,
    ...shown.flatMap(([name, state]) => stateLines(name, state, context)),
    ...shown.flatMap(([name, state]) => transitionLines(name, state, context)),
  ];
}

function stateLines(name: string, state: State, context: Context): string[] {
  const id = idOf(name, context);
  const [kind = '', comment = ''] = splitComment(state.Comment);
  const flows = innerFlows(state);
  if (flows.length > 0) {
    const title = `${name}${kind && ` (${kind})`}${comment && `: ${comment}`}`;
    return [`state "${text(title)}" as ${id} {`, ...indented(innerLines(name, state, flows, context)), '}'];
  }
  if (state.Type === 'Choice' && kind === '') return [`state ${id} <<choice>>`];
  const described = [kind, comment].filter((line) => line !== '').map((line) => `${id}: ${text(line)}`);
  return described.length === 0 && id === name ? [] : [`state "${text(name)}" as ${id}`, ...described];
}

/** `openai.chat: One summary of all of it`: the kind of the step, and its author's comment. */
function splitComment(comment = ''): [kind: string, comment: string] {
  const colon = comment.indexOf(': ');
  return colon === -1 ? [comment, ''] : [comment.slice(0, colon), comment.slice(colon + 2)];
}

/** The branches of a parallel step have names and are drawn as concurrent; other states hold one flow. */
function innerLines(name: string, state: State, flows: readonly States[], context: Context): string[] {
  const branches = stepOf(name, context)?.['parallel'];
  const names = state.Type === 'Parallel' && isObject(branches) ? Object.keys(branches) : [];
  if (names.length !== flows.length) return flows.flatMap((flow) => flowLines(flow, context));
  return flows.flatMap((flow, index) => [
    ...(index === 0 ? [] : ['--']),
    `state "${text(names[index] ?? '')}" as ${idOf(name, context)}/${names[index]} {`,
    ...indented(flowLines(flow, context)),
    '}',
  ]);
}

function transitionLines(name: string, state: State, context: Context): string[] {
  const transition = (to: string | undefined, label = ''): string =>
    `${idOf(name, context)} --> ${to === undefined ? '[*]' : idOf(to, context)}${label && `: ${text(label)}`}`;
  const caught = ('Catch' in state ? (state.Catch ?? []) : [])
    .filter(({ Next }) => isShown(Next))
    .map(({ ErrorEquals, Next }) =>
      transition(Next, ErrorEquals.includes('States.ALL') ? 'on error' : `on ${ErrorEquals.join(', ')}`),
    );
  switch (state.Type) {
    case 'Choice':
      return [
        ...state.Choices.map(({ Next }, index) => transition(Next, conditionOf(name, Next, index, context))),
        transition(state.Default, isTurn(name, context) ? 'has answered' : 'otherwise'),
      ];
    case 'Succeed':
      return [transition(undefined)];
    case 'Fail': {
      const error = String(state.Error);
      return [transition(undefined, error.startsWith('{%') ? 'fails' : `fails with ${error}`)];
    }
    default:
      return [transition(state.Next), ...caught];
  }
}

function idOf(name: string, { ids }: Context): string {
  return ids.get(name) ?? name;
}

/** The step that a state was compiled from: `issue.when` and `issue.try` belong to the step `issue`. */
function stepOf(name: string, { steps }: Context): Readonly<Record<string, unknown>> | undefined {
  return steps.get(stepOfState(name).id);
}

/** The Choice whether an agent's model wants to call something. */
function isTurn(name: string, context: Context): boolean {
  return isStateName(name, 'turn') && stepOf(name, context)?.['agent'] !== undefined;
}

/** A condition as its author wrote it; for an agent what its model wants. */
function conditionOf(name: string, next: string, index: number, context: Context): string | undefined {
  const step = stepOf(name, context);
  if (isTurn(name, context)) return 'wants to call';
  if (step?.['agent'] !== undefined && isStateName(name, 'call')) return next.slice(next.indexOf('.') + 1);
  const cases = step?.['switch'];
  const item: unknown = isStateName(name, 'when') ? step : Array.isArray(cases) ? cases[index] : undefined;
  const when = isObject(item) ? item['when'] : undefined;
  return when === undefined ? undefined : String(when).replace(/^\s*\{\{(.*)\}\}\s*$/s, '$1');
}

/** Longer labels make a diagram hard to read. */
const MAX_LABEL = 60;

/** The text of a label: every character with a meaning to Mermaid, Markdown or HTML is written as an entity. */
function text(value: string): string {
  const line = value.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  const short = characters.length > MAX_LABEL ? `${characters.slice(0, MAX_LABEL - 1).join('')}…` : line;
  return (
    short
      .replace(/\p{C}/gu, '\ufffd')
      .replaceAll('"', "'")
      .replace(
        /[^\p{L}\p{M}\p{N} .,()'!?_=>+$/[\]…\ufffd-]/gu,
        (character) => `#${character.codePointAt(0)};`,
      )
      // Mermaid takes a line with these words anywhere for the direction of the diagram.
      .replace(/(direction) (?=tb|bt|rl|lr)/gi, '$1#32;')
  );
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
