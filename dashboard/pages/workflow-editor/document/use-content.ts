// The document of the text: while the text is no JSON, the last that was.
import { useMemo, useRef } from 'react';
import { type Outline, outlineOf } from '../../../workflow/outline.ts';
import { documentOf } from './workflow-text.ts';

export interface Content {
  readonly document: Readonly<Record<string, unknown>>;
  readonly outline: Outline;
  /** Whether it is that of the text as it is: only then can forms and buttons change the text. */
  readonly isCurrent: boolean;
}

export function useContent(text: string): Content {
  const last = useRef<Content>(undefined);
  return useMemo(() => {
    const document = documentOf(text);
    if (document) {
      last.current = { document, outline: outlineOf(document), isCurrent: true };
      return last.current;
    }
    const before = last.current ?? { document: {}, outline: outlineOf({}) };
    return { ...before, isCurrent: false };
  }, [text]);
}
