// JSON for people to read, with every digit of large numbers, and values that the log has cut.

export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'null';
}

export interface CutValue {
  readonly preview: string;
  /** `32 KB` */
  readonly kept: string;
  readonly total: string;
}

/** A value that was too large for the log stands in it as `{truncated, size_bytes, preview}`. */
export function cutValue(value: unknown): CutValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('truncated' in value && 'size_bytes' in value && 'preview' in value)) return undefined;
  const { truncated, size_bytes, preview } = value;
  if (truncated !== true || typeof size_bytes !== 'number' || typeof preview !== 'string') return undefined;
  const kept = new TextEncoder().encode(preview).length;
  return { preview, kept: sizeText(kept), total: sizeText(size_bytes) };
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
