// The syntax tree of an expression, as the jsonata package makes it.

/** A node of jsonata's syntax tree, as far as the compiler reads it. `position` is where its token ends. */
export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly arguments?: readonly Node[];
  readonly procedure?: Node;
  readonly steps?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly expression?: Node;
  readonly stages?: readonly Stage[];
  readonly predicate?: readonly Stage[];
  readonly group?: { readonly lhs: readonly (readonly [Node, Node])[] };
  readonly lhs?: Node | readonly (readonly [Node, Node])[];
  readonly rhs?: Node;
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
  readonly body?: Node;
  readonly pattern?: Node;
  readonly update?: Node;
  readonly delete?: Node;
  readonly terms?: readonly { readonly expression: Node }[];
  readonly focus?: string;
  readonly index?: string;
  readonly keepArray?: boolean;
}

/** All nodes of a tree. */
export function* nodesOf(ast: Node): Generator<Node> {
  const open: unknown[] = [ast];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null || at instanceof RegExp) continue;
    if ('type' in at) yield at as Node;
    for (const child of Object.values(at)) if (child !== undefined) open.push(child);
  }
}

/** Key and value expressions: of an object constructor, or what is grouped by. */
export function isPairs(lhs: Node['lhs']): lhs is readonly (readonly [Node, Node])[] {
  return Array.isArray(lhs);
}

export interface Stage {
  readonly type: string;
  readonly expr?: Node;
  readonly value?: unknown;
}
