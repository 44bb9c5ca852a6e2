// How OpenAI's models reason (https://developers.openai.com/api/docs/guides/reasoning and /guides/latest-model, "parameter
// compatibility").

/** How a model reasons. */
export interface Reasoning {
  /** The efforts that it takes. */
  readonly efforts: readonly string[];
  /** What it does when it is told nothing. */
  readonly effort: string;
  /** Whether it takes a temperature when it does not reason. */
  readonly samples: boolean;
  /** Whether it calls functions here while it reasons; newer ones do so by the Responses API alone. */
  readonly callsWhileReasoning: boolean;
}

const UP_TO_HIGH = ['low', 'medium', 'high'];

/** @returns undefined for a model that does not reason, and one that is not OpenAI's */
export function reasoningOf(model: string): Reasoning | undefined {
  if (/^o\d/.test(model))
    return { efforts: UP_TO_HIGH, effort: 'medium', samples: false, callsWhileReasoning: true };
  const [, major = '', minor = '0', variant = ''] = /^gpt-(\d+)(?:\.(\d+))?(.*)$/.exec(model) ?? [];
  if (Number(major) < 5 || major === '' || variant.startsWith('-chat')) return undefined;
  const version = Number(major) * 100 + Number(minor);
  if (version === 500)
    return {
      efforts: ['minimal', ...UP_TO_HIGH],
      effort: 'medium',
      samples: false,
      callsWhileReasoning: true,
    };
  const high = version >= 502 ? [...UP_TO_HIGH, 'xhigh'] : UP_TO_HIGH;
  const most = version >= 506 ? [...high, 'max'] : high;
  // The largest ones always reason.
  const always = /-(?:pro|astra)\b/.test(variant);
  return {
    efforts: always ? most : ['none', ...most],
    effort: version <= 504 && !always ? 'none' : 'medium',
    samples: version < 600,
    callsWhileReasoning: version < 504,
  };
}

/** `'low', 'medium', and 'high'` */
export function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}
