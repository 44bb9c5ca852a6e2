// Times in keys and names of S3 objects, which are listed in ascending order only: counted down, the latest comes first.

/** The last millisecond with 13 digits, in the year 2286. */
const LAST_MS = 9_999_999_999_999;

/** Milliseconds until then, in 13 digits. @param ms since 1970 */
export function timePosition(ms: number): string {
  const left = Math.min(LAST_MS, Math.max(0, LAST_MS - ms));
  return String(left).padStart(13, '0');
}

/** @returns milliseconds since 1970 */
export function timeOfPosition(position: string): number {
  return LAST_MS - Number(position);
}
