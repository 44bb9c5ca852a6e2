// The states that others lead to: Step Functions refuses a definition with a state that nothing leads to.
import type { State } from '../asl/definition.ts';

/** The names of the states that a state leads to. */
export function nextStates(state: State): string[] {
  const names = [
    ...('Next' in state ? [state.Next] : []),
    ...('Catch' in state ? (state.Catch ?? []).map(({ Next }) => Next) : []),
    ...(state.Type === 'Choice' ? [...state.Choices.map(({ Next }) => Next), state.Default] : []),
  ];
  return names.filter((name) => name !== undefined);
}

/** Those of the states that the first one leads to, and it itself, in their order. */
export function reachable(
  first: string,
  states: Readonly<Record<string, State>>,
): Readonly<Record<string, State>> {
  const found = new Set<string>();
  const pending = [first];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const state = states[name];
    if (!state || found.has(name)) continue;
    found.add(name);
    pending.push(...nextStates(state));
  }
  return Object.fromEntries(Object.entries(states).filter(([name]) => found.has(name)));
}
