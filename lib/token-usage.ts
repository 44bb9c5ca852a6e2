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
});
export type TokenUsage = z.output<typeof tokenUsage>;

const details = ['cached_tokens', 'cache_write_tokens', 'reasoning_tokens'] as const;

/** Of several calls. What none of them says is absent. */
export function summedUsage(used: readonly TokenUsage[]): TokenUsage {
  const sum = (name: keyof TokenUsage) => used.reduce((total, usage) => total + (usage[name] ?? 0), 0);
  const told = details.filter((name) => used.some((usage) => usage[name] !== undefined));
  return {
    prompt_tokens: sum('prompt_tokens'),
    completion_tokens: sum('completion_tokens'),
    total_tokens: sum('total_tokens'),
    ...Object.fromEntries(told.map((name) => [name, sum(name)])),
  };
}
