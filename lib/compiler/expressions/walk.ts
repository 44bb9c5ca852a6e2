// A walk through the syntax tree of one expression: what is known at the current node, and what has been found.
import { problemKinds } from '../problems/codes.ts';
import { boundVariables } from './bound-variables.ts';
import type { Proofs } from './guards.ts';
import { MAX_EXPRESSION_DEPTH, type PlacedProblem, pathsTaken, TOO_DEEP } from './problems.ts';
import { type Scope, withProven } from './scope.ts';
import { type Edit, quotedStart } from './source-edits.ts';
import type { Node } from './syntax-tree.ts';
import type { ExpressionPart } from './template.ts';
import { anything, type Known, type Type } from './types.ts';

/** What a bare name is looked up in: the workflow's roots, or a value of some type. */
export type Context = 'root' | Type;

/** Looks at one node and, by way of the walk, at those within it; gives what is known of its value. */
export type Visit = (walk: Walk, node: Node, context: Context) => Known;

/** A problem whose position is that of a node. */
export interface NodeProblem extends Pick<PlacedProblem, 'code' | 'message' | 'hint' | 'adds'> {
  /** What was meant in the node's place, as it is written there. */
  readonly meant?: string | undefined;
}

export class Walk {
  readonly source: string;
  readonly ast: Node;
  /** The variables that the expression binds, and where. */
  readonly bound: ReadonlyMap<string, readonly Node[]>;
  /** What takes the place of references and of some texts. */
  readonly edits: Edit[] = [];
  /** Each evaluation may give another value ($uuid, $random, $now …). */
  isChanging = false;
  /** The parent operator `%` occurs. */
  usesParent = false;
  /** The code of a reference may be invalid in the reference's place. */
  mayBreakSyntax = false;
  /** No error has been reported; there may have been warnings. */
  isSound = true;

  readonly #report: (problem: PlacedProblem) => void;
  readonly #visit: Visit;
  /** Includes what certainly has a value at this node. */
  #scope: Scope;
  /** What is known of variables that the expression binds in one place only. */
  readonly #variables = new Map<string, Known>();
  /** Those that are known only in the block that is visited. */
  #ofBlock: string[] = [];
  #taken: ReadonlySet<Node> | undefined;
  #depth = 0;
  #isTooDeep = false;

  constructor(
    { source, ast }: ExpressionPart,
    scope: Scope,
    report: (problem: PlacedProblem) => void,
    visit: Visit,
  ) {
    this.source = source;
    this.ast = ast;
    this.bound = boundVariables(ast);
    this.#scope = scope;
    this.#report = report;
    this.#visit = visit;
  }

  /** Whether `length` is meant as that of the list before it: not where those of all its items are taken. */
  isListLength({ type, value }: Node, path: Node): boolean {
    if (type !== 'name' || value !== 'length') return false;
    this.#taken ??= pathsTaken(this.ast);
    return !this.#taken.has(path);
  }

  get scope(): Scope {
    return this.#scope;
  }

  node(node: Node | undefined, context: Context): Known {
    if (!node) return anything;
    if (this.#depth === MAX_EXPRESSION_DEPTH) {
      if (!this.#isTooDeep) this.reportAt(0, TOO_DEEP);
      this.#isTooDeep = true;
      return anything;
    }
    this.#depth++;
    const known = this.#visit(this, node, context);
    this.#depth--;
    return known;
  }

  /** A part that is a condition: a missing value counts as false in it. */
  test(node: Node | undefined, context: Context): Known {
    return this.#in(this.#asCondition(true), () => this.node(node, context));
  }

  /** A part whose value is used. */
  value(node: Node | undefined, context: Context): Known {
    return this.#in(this.#asCondition(false), () => this.node(node, context));
  }

  /** What is evaluated only on one outcome of the condition. */
  where(condition: Node | undefined, outcome: keyof Proofs, context: Context, visit: () => Known): Known {
    const proofs = this.#scope.guards.proofsOf(condition, context === 'root');
    return this.#in(withProven(this.#scope, proofs[outcome]), visit);
  }

  #asCondition(isTest: boolean): Scope {
    return this.#scope.isTest === isTest ? this.#scope : { ...this.#scope, isTest };
  }

  #in(scope: Scope, visit: () => Known): Known {
    const before = this.#scope;
    this.#scope = scope;
    const known = visit();
    this.#scope = before;
    return known;
  }

  /** Variables that are bound in it are known in it only. */
  block(visit: () => Known): Known {
    const before = this.#ofBlock;
    this.#ofBlock = [];
    const known = visit();
    // Each is bound in one place only, so that there was nothing before.
    for (const name of this.#ofBlock) this.#variables.delete(name);
    this.#ofBlock = before;
    return known;
  }

  bind(target: Node | undefined, known: Known): void {
    const name = String(target?.value);
    if (this.bound.get(name)?.length !== 1) return;
    this.#variables.set(name, known);
    this.#ofBlock.push(name);
  }

  variable(name: string): Known {
    return this.#variables.get(name) ?? anything;
  }

  startOf(node: Node): number {
    return quotedStart(this.source, node);
  }

  report({ meant, ...problem }: NodeProblem, node: Node): void {
    const start = this.startOf(node);
    const fix = meant === undefined ? undefined : { with: meant, length: (node.position ?? start) - start };
    this.reportAt(start, { ...problem, ...(fix && { fix }) });
  }

  reportAt(position: number, problem: Omit<PlacedProblem, 'position'>): void {
    if (problemKinds[problem.code].severity === 'error') this.isSound = false;
    this.#report({ ...problem, position });
  }
}
