// The tokens of calls of models, as their provider counts them.
import * as z from 'zod';

export const tokenUsage = z.object({
  prompt_tokens: z.int().describe('Tokens of the input'),
  completion_tokens: z.int().describe('Tokens of the answer, those of reasoning included'),
  total_tokens: z.int().describe('Both together'),
  cached_tokens: z
    .int()
    .optional()
    .describe('Of the input: read from the provider’s cache; absent where the server does not say'),
  cache_write_tokens: z
    .int()
    .optional()
    .describe('Of the input: written to the cache; absent where the server does not say'),
  reasoning_tokens: z
    .int()
    .optional()
    .describe('Of the answer: thought, and not shown; absent where the server does not say'),
  cost_usd: z
    .number()
    .nullable()
    .optional()
    .describe(
      'What it costs by OpenAI’s list prices, in USD; null where the price or the tokens are not known',
    ),
});
export type TokenUsage = z.output<typeof tokenUsage>;

const details = ['cached_tokens', 'cache_write_tokens', 'reasoning_tokens'] as const;

/** Of several calls. What none of them says is absent; the cost is null where that of one of them is not known. */
export function summedUsage(used: readonly TokenUsage[]): TokenUsage {
  const sum = (name: Exclude<keyof TokenUsage, 'cost_usd'>) =>
    used.reduce((total, usage) => total + (usage[name] ?? 0), 0);
  const told = details.filter((name) => used.some((usage) => usage[name] !== undefined));
  return {
    prompt_tokens: sum('prompt_tokens'),
    completion_tokens: sum('completion_tokens'),
    total_tokens: sum('total_tokens'),
    ...Object.fromEntries(told.map((name) => [name, sum(name)])),
    ...(used.some(({ cost_usd }) => cost_usd !== undefined) && { cost_usd: summedCost(used) }),
  };
}

function summedCost(used: readonly TokenUsage[]): number | null {
  const costs = used.flatMap(({ cost_usd }) => cost_usd ?? []);
  if (costs.length < used.length) return null;
  // Without the digits in which sums of binary fractions differ from what was meant.
  return Number(costs.reduce((sum, cost) => sum + cost, 0).toFixed(10));
}
