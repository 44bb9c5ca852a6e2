// The variables that an expression binds itself.
import { isPairs, type Node } from './template.ts';

/** Every variable that the expression binds, wherever (`:=`, a lambda's parameters, `@` and `#`), and a node there. */
export function boundVariables(ast: Node): ReadonlyMap<string, Node> {
  const names = new Map<string, Node>();
  const open: unknown[] = [ast];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null || at instanceof RegExp) continue;
    if ('type' in at) {
      const node = at as Node;
      if (node.type === 'bind' && !isPairs(node.lhs)) names.set(String(node.lhs?.value), node.lhs ?? node);
      if (node.type === 'lambda')
        for (const parameter of node.arguments ?? []) names.set(String(parameter.value), parameter);
      if (node.type === 'index') names.set(String(node.value), node);
      for (const name of [node.focus, node.index]) if (name !== undefined) names.set(name, node);
    }
    for (const child of Object.values(at)) if (child !== undefined) open.push(child);
  }
  return names;
}
