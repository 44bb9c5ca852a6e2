// JSON pointers (RFC 6901).
import { isObject } from './json.ts';

/** Appends keys to a pointer; the empty one is of the whole document. */
export function pointerTo(base: string, ...keys: readonly PropertyKey[]): string {
  let pointer = base;
  for (const key of keys) pointer += `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return pointer;
}

/** The keys that a pointer, or a local `$ref` (`#/$defs/x`), leads through. */
export function keysOf(pointer: string): string[] {
  const tokens = pointer.split('/').slice(1);
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What a pointer leads to; undefined where there is nothing. */
export function valueAt(document: unknown, pointer: string): unknown {
  return keysOf(pointer).reduce<unknown>((at, name) => {
    return isObject(at)
      ? Object.hasOwn(at, name)
        ? at[name]
        : undefined
      : Array.isArray(at)
        ? at[Number(name)]
        : undefined;
  }, document);
}
