// Two texts side by side with what differs, to read.
import { MergeView as CodeMirrorMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { theme } from '../json/theme.ts';
import css from './merge-view.module.css';

interface MergeViewProps {
  readonly before: string;
  readonly after: string;
  /** What each is, for who cannot see that they stand side by side. */
  readonly labels: readonly [string, string];
}

export function MergeView({ before, after, labels: [first, second] }: MergeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        EditorState.readOnly.of(true),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        theme,
      ],
    });
    const made = new CodeMirrorMergeView({
      a: side(before, first),
      b: side(after, second),
      root,
      parent: root,
      collapseUnchanged: {},
    });
    return () => made.destroy();
  }, [before, after, first, second]);
  return <div ref={host} className={css['host']} />;
}
