// Values in the execution log: truncated when they are large, and the tokens that models used.
import * as z from 'zod';
import { summedUsage, type TokenUsage, tokenUsage } from '../token-usage.ts';
import type { RunError } from './run-error.ts';

/** A value whose JSON has more bytes of UTF-8 is truncated in the log. */
const MAX_VALUE_BYTES = 32_768;

const withUsage = z.object({ usage: tokenUsage.nullable().catch(null) }).catch({ usage: null });

/** The token usage that an output reports. */
export function usageOf(output: unknown): TokenUsage | null {
  return withUsage.parse(output).usage;
}

/** @returns null when no model was asked */
export function usageOfParts(parts: readonly { readonly usage: TokenUsage | null }[]): TokenUsage | null {
  const used = parts.flatMap(({ usage }) => usage ?? []);
  return used.length === 0 ? null : summedUsage(used);
}

/** The value itself, or when it is too large `{truncated: true, size_bytes, preview}` with the start of its JSON. */
export function truncated(value: unknown): unknown {
  if (value === undefined) return null;
  return truncatedText(JSON.stringify(value)) ?? value;
}

export function truncatedError({ name, message }: RunError): RunError {
  return { name, message: truncatedText(message)?.preview ?? message };
}

function truncatedText(text: string): { truncated: true; size_bytes: number; preview: string } | undefined {
  const size = Buffer.byteLength(text);
  if (size <= MAX_VALUE_BYTES) return undefined;
  // Truncating inside a character leaves a replacement character at the end, which is dropped.
  const preview = Buffer.from(text)
    .subarray(0, MAX_VALUE_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
  return { truncated: true, size_bytes: size, preview };
}
