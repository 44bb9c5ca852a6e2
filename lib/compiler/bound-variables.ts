// The variables that an expression binds itself.
import { isPairs, type Node } from './template.ts';

/** Every variable that the expression binds, wherever: `:=`, a lambda's parameters, `@` and `#`. */
export function boundVariables(ast: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const open: unknown[] = [ast];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null || at instanceof RegExp) continue;
    if ('type' in at) {
      const node = at as Node;
      if (node.type === 'bind' && !isPairs(node.lhs)) names.add(String(node.lhs?.value));
      if (node.type === 'lambda')
        for (const parameter of node.arguments ?? []) names.add(String(parameter.value));
      if (node.type === 'index') names.add(String(node.value));
      for (const name of [node.focus, node.index]) if (name !== undefined) names.add(name);
    }
    for (const child of Object.values(at)) if (child !== undefined) open.push(child);
  }
  return names;
}
