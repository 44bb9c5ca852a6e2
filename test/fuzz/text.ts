// Values within texts, for the meaning of random workflows.

/** As AWS writes it: whole numbers below 1e21 in full, others with 15 digits (docs/conformance.md). */
export function text(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item !== 'number' || (Number.isInteger(item) && Math.abs(item) < 1e21)
      ? item
      : Number(item.toPrecision(15)),
  );
}
