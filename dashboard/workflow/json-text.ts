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

export interface LargeValue {
  readonly owner: string;
  readonly content: string;
  readonly size: string;
  readonly type: string;
  readonly preview: string;
}

/** What stands in an output for a text or a file that is kept apart (docs/workflow-reference.md, "Large values"). */
export function largeValue(value: unknown): LargeValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('large_value' in value && 'size_bytes' in value && 'content_type' in value && 'preview' in value))
    return undefined;
  const { large_value, size_bytes, content_type, preview } = value;
  if (typeof large_value !== 'string' || typeof size_bytes !== 'number') return undefined;
  if (typeof content_type !== 'string' || typeof preview !== 'string') return undefined;
  const [, owner, content] = /^([0-9a-f]{32})\/([0-9a-f]{64}(?:\.base64)?)$/.exec(large_value) ?? [];
  if (owner === undefined || content === undefined) return undefined;
  return { owner, content, size: sizeText(size_bytes), type: content_type, preview };
}
