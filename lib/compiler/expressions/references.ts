// References of an expression: `inputs.x`, `steps.<id>`, `vars.x`, `execution.x` and the others, one resolver a root.

import { closest } from '../../did-you-mean.ts';
import { pointerTo } from '../../json-pointer.ts';
import { INPUT_NAME } from '../../workflow-format/names.ts';
import { list, namesOf } from '../problems/suggestions.ts';
import { type Root, unknownRoot } from './root-names.ts';
import { isPicked, type Reference, type ReferenceProblem, RootedPath } from './rooted-path.ts';
import { EXECUTION_NAMES, execution, objectOf, type Scope, unresolved } from './scope.ts';
import { guarded, ofLoop, resolveStep } from './step-references.ts';
import type { Node } from './syntax-tree.ts';
import { setVariable } from './variables.ts';

/** @param path the steps of a path whose first is a root's name, or `$$` with the root's name after it */
export function resolveReference(
  path: readonly Node[],
  scope: Scope,
  report: (problem: ReferenceProblem) => void,
): Reference {
  const [start] = path;
  if (!start) return { visible: unresolved, consumed: 0 };
  const root = start.type === 'variable' ? path[1] : start;
  if (root?.type !== 'name' || (root !== start && isPicked(start))) {
    report({
      code: 'not-allowed',
      message: '$$ is not a value by itself',
      hint: 'Name a root after it: $$.inputs, $$.steps, $$.vars or $$.execution.',
      node: start,
    });
    return { visible: unresolved, consumed: 1 };
  }
  const name = String(root.value);
  const rooted = new RootedPath(path, root, scope, report);
  return isRoot(name) ? resolvers[name](rooted) : notHere(rooted);
}

const resolvers: { readonly [Name in Root]: (path: RootedPath) => Reference } = {
  inputs: resolveInput,
  steps: resolveStep,
  vars: resolveVariable,
  execution: resolveExecution,
  item: resolveItem,
  index: resolveItem,
  error: resolveError,
  approval: resolveApproval,
};

function isRoot(name: string): name is Root {
  return Object.hasOwn(resolvers, name);
}

function resolveInput(path: RootedPath): Reference {
  const { scope, field } = path;
  if (field === undefined) return path.found(scope.read('inputs', scope.allInputs, 'inputs'), 1);
  const input = scope.inputs.get(field);
  if (input) return path.found(scope.read(`inputs.${field}`, input, 'inputs', field), 2);
  const message = `There is no input ${field}`;
  const names = namesOf(scope.inputs);
  const { inputsPointer } = scope;
  if (inputsPointer === undefined || !INPUT_NAME.test(field) || closest(field, names) !== undefined)
    return path.unknownField(message, names, 'inputs');
  const there = list(names);
  return path.undeclaredField(
    message,
    `Declare it: "inputs": {"${field}": {"type": "string"}}.${there === '' ? '' : ` Inputs: ${there}.`}`,
    { adds: pointerTo(inputsPointer, field), value: { type: 'string' } },
  );
}

function resolveVariable(path: RootedPath): Reference {
  const { scope, field } = path;
  if (field === undefined)
    return path.wrongRoot(
      'vars is not a value by itself',
      `Name a variable: vars.<name>. Variables: ${list(namesOf(scope.vars)) || 'none'}.`,
    );
  const variable = scope.vars.get(field);
  return variable
    ? path.found(guarded(path, scope.read(setVariable(field), variable, 'vars', field)), 2)
    : path.unknownField(
        `No step before this one sets the variable ${field}`,
        namesOf(scope.vars),
        'variables',
      );
}

function resolveExecution(path: RootedPath): Reference {
  const { scope, field = '' } = path;
  const visible = execution(scope, path.field);
  return visible
    ? path.found(visible, path.field === undefined ? 1 : 2)
    : path.unknownField(`execution has no ${field}`, EXECUTION_NAMES, 'fields of execution');
}

function resolveItem(path: RootedPath): Reference {
  const [loop] = path.scope.loops;
  if (!loop) return notHere(path);
  return path.found(ofLoop(path.scope, loop, path.root.value === 'item' ? 'item' : 'index'), 1);
}

function resolveError(path: RootedPath): Reference {
  const { error } = path.scope;
  return error ? path.found(path.scope.read(error.variable, error, 'error'), 1) : notHere(path);
}

function resolveApproval(path: RootedPath): Reference {
  const { approval } = path.scope;
  if (!approval) return notHere(path);
  const { field } = path;
  if (field === undefined) return path.found(objectOf(approval), 1);
  const visible = approval.get(field);
  return visible
    ? path.found(visible, 2)
    : path.unknownField(`approval has no ${field}`, approval.keys(), 'fields of approval');
}

function notHere(path: RootedPath): Reference {
  const { message, hint, meant } = unknownRoot(String(path.root.value), path.scope);
  return path.wrongRoot(message, hint, meant);
}
