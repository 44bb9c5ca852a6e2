// A path that begins with the name of a root, and what a resolver of that root answers.
import { closest } from '../../did-you-mean.ts';
import type { Addition } from '../../problem.ts';
import type { ProblemCode } from '../problems/codes.ts';
import { suggestion } from '../problems/suggestions.ts';
import { quoted } from './literal.ts';
import { type Scope, unresolved, type Visible } from './scope.ts';
import type { Node } from './syntax-tree.ts';
import type { NodeProblem } from './walk.ts';

export interface ReferenceProblem extends NodeProblem {
  /** The name that is wrong. */
  readonly node: Node;
}

export interface Reference {
  readonly visible: Visible;
  /** How many steps of the path the reference is made of. */
  readonly consumed: number;
}

export class RootedPath {
  readonly scope: Scope;
  readonly root: Node;
  /** The name after the root's; undefined after a predicate, where it is looked up in what the predicate left. */
  readonly field: string | undefined;
  readonly #path: readonly Node[];
  readonly #rootAt: number;
  readonly #report: (problem: ReferenceProblem) => void;

  /** @param path the root's name, or `$$` with the root's name after it, and what follows */
  constructor(path: readonly Node[], root: Node, scope: Scope, report: (problem: ReferenceProblem) => void) {
    this.scope = scope;
    this.root = root;
    this.#path = path;
    this.#rootAt = path.indexOf(root);
    this.#report = report;
    this.field = isPicked(root) ? undefined : nameOf(this.#after(1));
  }

  /** The name after the field's. */
  get second(): string | undefined {
    return this.#after(1)?.stages ? undefined : nameOf(this.#after(2));
  }

  /** @param names how many names of the path the reference has, including the root */
  found(visible: Visible, names: 1 | 2 | 3): Reference {
    return { visible, consumed: this.#rootAt + names };
  }

  /** The root has no value by itself, or none at this place. */
  wrongRoot(message: string, hint: string, meant?: string): Reference {
    this.#report({ code: 'unknown-reference', message, hint, meant, node: this.root });
    return this.found(unresolved, 1);
  }

  wrongField(code: ProblemCode, message: string, hint: string): Reference {
    this.report(code, message, hint);
    return this.found(unresolved, 2);
  }

  /** @param whatThereIs `inputs`: what the names are of */
  unknownField(message: string, names: Iterable<string>, whatThereIs: string): Reference {
    const { field = '' } = this;
    const name = closest(field, names);
    const hint = suggestion(field, names, whatThereIs);
    const meant = name === undefined ? undefined : quoted(name);
    this.#report({ code: 'unknown-reference', message, hint, meant, node: this.#after(1) ?? this.root });
    return this.found(unresolved, 2);
  }

  /** A name that the workflow does not declare, and that is like none that it does. */
  undeclaredField(message: string, hint: string, adds: Addition): Reference {
    this.#report({ code: 'unknown-reference', message, hint, adds, node: this.#after(1) ?? this.root });
    return this.found(unresolved, 2);
  }

  /** A problem of the field. */
  report(code: ProblemCode, message: string, hint: string): void {
    this.#report({ code, message, hint, node: this.#after(1) ?? this.root });
  }

  #after(names: number): Node | undefined {
    return this.#path[this.#rootAt + names];
  }
}

function nameOf(node: Node | undefined): string | undefined {
  return node?.type === 'name' ? String(node.value) : undefined;
}

/** Whether a predicate follows, or a binding of the items. */
export function isPicked({ stages, predicate, focus, index }: Node): boolean {
  return (stages ?? predicate ?? focus ?? index) !== undefined;
}
