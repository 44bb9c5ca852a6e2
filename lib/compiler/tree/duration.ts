// Durations as ISO 8601 writes them.

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Seconds of an ISO 8601 duration; undefined for any other text, also for years and months, whose length varies. */
export function durationSeconds(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match || !/\d[A-Z]$/.test(text)) return undefined;
  const lengths = [604_800, 86_400, 3600, 60, 1];
  return lengths.reduce((sum, length, index) => sum + Number(match[index + 1] ?? 0) * length, 0);
}
