// Colours, where a terminal wants them.
import { styleText } from 'node:util';
import type { Output } from './io.ts';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours where `output` is a terminal that wants them: not with NO_COLOR, nor with TERM=dumb. */
export function painter(output: Output): Paint {
  return (style, text) => styleText(style, text, { stream: output });
}
