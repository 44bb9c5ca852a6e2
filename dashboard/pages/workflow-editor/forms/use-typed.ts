// What is typed for a value, as it is typed, for as long as the value is the one that was written for it: an undo, or
// another view, shows what is there now.
import { useState } from 'react';

export interface TypedText {
  readonly text: string;
  type(text: string, value: unknown): void;
  end(): void;
}

/** @param own how the value is written when nothing is typed */
export function useTyped(value: unknown, own: string): TypedText {
  const [typed, setTyped] = useState<{ readonly text: string; readonly for: string }>();
  const isOwn = typed === undefined || typed.for !== keyOf(value);
  return {
    text: isOwn ? own : typed.text,
    type: (text, written) => setTyped({ text, for: keyOf(written) }),
    end: () => setTyped(undefined),
  };
}

const keyOf = (value: unknown): string => JSON.stringify(value) ?? '';
