// References to steps: those that have run, the loops around the place, and why any other step cannot be referred to.
import { list, namesOf } from '../problems/suggestions.ts';
import type { Reference, RootedPath } from './rooted-path.ts';
import type { Loop, Scope, Visible } from './scope.ts';
import { iterationVariable, stepVariable } from './variables.ts';

export function resolveStep(path: RootedPath): Reference {
  const { scope, field: id } = path;
  if (id === undefined)
    return path.wrongRoot('steps is not a value by itself', `Name a step: steps.<id>. ${stepsBefore(scope)}`);
  const visible = scope.steps.get(id);
  if (visible) return path.found(guarded(path, scope.read(stepVariable(id), visible, 'steps', id)), 2);
  const loop = scope.loops.find((outer) => outer.id === id);
  return loop ? resolveLoop(path, loop) : reportStep(path, id);
}

/** Within a loop its item and index exist, and its result does not yet. */
function resolveLoop(path: RootedPath, loop: Loop): Reference {
  const { second } = path;
  if (second === 'item' || second === 'index') return path.found(ofLoop(path.scope, loop, second), 3);
  const { id } = loop;
  return path.wrongField(
    'later-step',
    `The step ${id} is the loop around this step: it has no result before it has ended`,
    `Inside it there are steps.${id}.item and steps.${id}.index.`,
  );
}

/** Why there is no step of that id here. */
function reportStep(path: RootedPath, id: string): Reference {
  const { scope } = path;
  if (id === scope.currentStep)
    return path.wrongField(
      'later-step',
      `The step ${id} cannot use its own output`,
      'Use an earlier step, an input or a variable.',
    );
  const hidden = scope.hiddenSteps.get(id);
  if (hidden !== undefined)
    return path.wrongField('step-not-visible', `The step ${id} is not visible here`, hidden);
  if (scope.laterSteps.has(id))
    return path.wrongField('later-step', `The step ${id} runs later`, stepsBefore(scope));
  return path.unknownField(`There is no step ${id}`, namesOf(scope.steps), 'steps before this one');
}

function stepsBefore({ steps }: Scope): string {
  return `Steps before this one: ${list(namesOf(steps)) || 'none'}.`;
}

export function ofLoop(scope: Scope, loop: Loop, part: 'item' | 'index'): Visible {
  return scope.read(iterationVariable(part, loop.id), loop[part], 'steps', loop.id, part);
}

/** What may not have run must be guarded, or be a condition itself. */
export function guarded(path: RootedPath, visible: Visible): Visible {
  const { scope, root, field } = path;
  const name = `${String(root.value)}.${field}`;
  if (visible.maybe === undefined || scope.guards.names.has(scope.proven, name)) return visible;
  if (!scope.isTest) {
    const isStep = root.value === 'steps';
    path.report(
      'may-not-have-run',
      `The ${isStep ? 'step' : 'variable'} ${field} may not ${isStep ? 'have run' : 'be set'}: ${visible.maybe}`,
      `Guard it, as in {{ ${name} ? … : … }} or "when": "{{ $exists(${name}) }}", or ${isStep ? 'give that step a "default"' : 'set it before'}.`,
    );
  }
  return { ...visible, certain: false };
}
