// What OpenAI's models refuse of a chat's settings, in its own words. What each model takes:
// https://developers.openai.com/api/docs/guides/reasoning and /guides/latest-model ("parameter compatibility").
import type { Refusal } from './tool-refusals.ts';

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

/** @param fields those of the request */
export function checkSettings(fields: Readonly<Record<string, unknown>>): Refusal | undefined {
  const { model, reasoning_effort: effort, tools } = fields;
  const reasoning = reasoningOf(String(model));
  const given = (name: string) => fields[name] !== undefined && fields[name] !== null;
  if (!reasoning)
    return given('reasoning_effort') && /^(?:chat)?gpt-/.test(String(model))
      ? ['Unrecognized request argument supplied: reasoning_effort', null, null]
      : undefined;
  if (given('max_tokens'))
    return [
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    ];
  if (given('reasoning_effort') && !reasoning.efforts.includes(String(effort)))
    return [
      `Unsupported value: 'reasoning_effort' does not support '${String(effort)}' with this model. Supported values are: ${listed(reasoning.efforts)}.`,
      'reasoning_effort',
      'unsupported_value',
    ];
  const reasons = (given('reasoning_effort') ? effort : reasoning.effort) !== 'none';
  if (reasons && !reasoning.callsWhileReasoning && Array.isArray(tools) && tools.length > 0)
    return [
      `Function tools with reasoning_effort are not supported for ${String(model)} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
      'reasoning_effort',
      null,
    ];
  if (!reasons && reasoning.samples) return undefined;
  const { temperature } = fields;
  if (given('temperature') && temperature !== 1)
    return [
      `Unsupported value: 'temperature' does not support ${String(temperature)} with this model. Only the default (1) value is supported.`,
      'temperature',
      'unsupported_value',
    ];
  if (given('top_p') && fields['top_p'] !== 1)
    return [
      "Unsupported parameter: 'top_p' is not supported with this model.",
      'top_p',
      'unsupported_parameter',
    ];
  return undefined;
}

/** `'low', 'medium', and 'high'` */
export function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}
