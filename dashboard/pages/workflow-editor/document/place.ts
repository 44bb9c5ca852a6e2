// Where in a workflow's text a part of it stands.
import { findNodeAtLocation, getLocation, type Node, parseTree } from 'jsonc-parser';
import { keysOf, pointerTo } from '../../../../lib/json-pointer.ts';

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

/** The pointer of what stands at the offset, or would stand there. */
export function pointerAt(text: string, offset: number): string {
  return pointerTo('', ...getLocation(text, offset).path);
}
