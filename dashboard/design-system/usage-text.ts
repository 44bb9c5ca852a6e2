// What a model used, in words: tokens, and what they cost where that is known.

interface Usage {
  readonly total_tokens: number;
  readonly cost_usd?: number | null | undefined;
}

/** `1,234 tokens · $0.0052` */
export function usageText({ total_tokens: tokens, cost_usd: cost }: Usage): string {
  const words = `${tokens.toLocaleString('en')} tokens`;
  return typeof cost === 'number' ? `${words} · ${costText(cost)}` : words;
}

/** Two digits that count, also of a fraction of a cent. */
export function costText(usd: number): string {
  if (usd === 0) return '$0';
  const digits = usd >= 1 ? { maximumFractionDigits: 2 } : { maximumSignificantDigits: 2 };
  return `$${usd.toLocaleString('en', digits)}`;
}
