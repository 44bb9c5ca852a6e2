// The size of texts in UTF-8, where there is Node and where there is none.

const encoder = new TextEncoder();

/** As AWS counts sizes. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}
