// Where in a workflow's text a part of it stands.
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { keysOf } from '../../../../lib/json-pointer.ts';

/** @returns undefined when the text has no such part, as when it was changed since */
export function placeOf(
  text: string,
  pointer: string,
): { readonly from: number; readonly to: number } | undefined {
  let node: Node | undefined = pointer === '' ? undefined : parseTree(text);
  for (const token of keysOf(pointer))
    node = node && findNodeAtLocation(node, [node.type === 'array' ? Number(token) : token]);
  return node && { from: node.offset, to: node.offset + node.length };
}
