// What is known of OpenAI's models, from one dated file (infrastructure/generate/models.ts): when they end, what they cost.
import { DEFAULT_MODEL } from './model-settings.ts';
import file from './models.json' with { type: 'json' };
import type { TokenUsage } from './token-usage.ts';

/** USD for a million tokens. */
interface Rates {
  readonly input?: number | undefined;
  /** As `input` when left out, and so is the next one. */
  readonly cached_input?: number | undefined;
  readonly cache_write?: number | undefined;
  /** Reasoning included. */
  readonly output?: number | undefined;
}

interface Model extends Rates {
  /** Those of the whole request when its input has more tokens than `above`. */
  readonly long?: (Rates & { readonly above: number }) | undefined;
  readonly shutdown?: string | undefined;
}

const models: ReadonlyMap<string, Model> = new Map<string, Model>(Object.entries(file.models));

/** What a warning of a model says; undefined when no end is announced. */
export function modelEnd(model: string): { message: string; hint: string } | undefined {
  const date = models.get(model)?.shutdown;
  const { as_of, source } = file.shutdowns;
  return date === undefined
    ? undefined
    : {
        message: `OpenAI shuts the model ${model} down on ${date}`,
        hint: `Name another model, such as ${DEFAULT_MODEL}, or none (as of ${as_of}, ${source}).`,
      };
}

/**
 * What a call costs by OpenAI's list prices, in USD.
 * @param model that answered; a version of it that is not listed has the price of the model
 * @returns null when the price is not known, or the tokens are not
 */
export function costOf(model: string, usage: Omit<TokenUsage, 'cost_usd'>): number | null {
  const known = models.get(model) ?? models.get(model.replace(/-\d{4}-\d{2}-\d{2}$/, ''));
  const { prompt_tokens, completion_tokens, cached_tokens = 0, cache_write_tokens = 0 } = usage;
  const rates = known?.long && prompt_tokens > known.long.above ? known.long : known;
  if (rates?.input === undefined || rates.output === undefined || usage.total_tokens === 0) return null;
  const { input, cached_input = input, cache_write = input, output } = rates;
  const fresh = Math.max(0, prompt_tokens - cached_tokens - cache_write_tokens);
  const micros =
    fresh * input +
    cached_tokens * cached_input +
    cache_write_tokens * cache_write +
    completion_tokens * output;
  // Without the digits in which binary fractions differ from what was meant.
  return Number((micros / 1e6).toFixed(10));
}
