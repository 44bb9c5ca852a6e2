// The document as text, in CodeMirror. It stands in a shadow root: there its styles are sheets of the page, which the
// Content-Security-Policy allows, and not <style> elements, which it does not.
import { setDiagnostics } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { Checked } from '../check/checker.ts';
import type { EditorDocument } from '../document/editor-document.ts';
import { diagnosticsOf } from './diagnostics.ts';
import css from './json-view.module.css';

interface JsonViewProps {
  readonly document: EditorDocument;
  readonly checked: Checked;
  /** Somebody has moved the cursor, or written. */
  onCursor(offset: number): void;
}

/** The cursor rests. */
const REST_MS = 120;

export function JsonView({ document, checked, onCursor }: JsonViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const tellCursor = useRef(onCursor);
  useEffect(() => {
    tellCursor.current = onCursor;
  }, [onCursor]);

  useEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    let rest: ReturnType<typeof setTimeout> | undefined;
    const made = new EditorView({
      state: document.state(),
      root,
      parent: root,
      dispatchTransactions(transactions, shown) {
        shown.update(transactions);
        document.accept(shown.state);
        if (!shown.hasFocus || !transactions.some(({ selection, docChanged }) => selection ?? docChanged))
          return;
        clearTimeout(rest);
        rest = setTimeout(() => tellCursor.current(shown.state.selection.main.head), REST_MS);
      },
    });
    view.current = made;
    const reveal = (offset: number) => {
      const { top } = made.lineBlockAt(offset);
      made.scrollDOM.scrollTo({ top: top - made.scrollDOM.clientHeight / 4 });
    };
    const detach = document.attach({ dispatch: (transaction) => made.dispatch(transaction), reveal });
    made.requestMeasure({ read: () => {}, write: () => reveal(made.state.selection.main.from) });
    return () => {
      clearTimeout(rest);
      detach();
      made.destroy();
      view.current = undefined;
    };
  }, [document]);

  useEffect(() => {
    const { text } = checked;
    // Marks of an older text move with the changes until the newest is checked.
    if (!view.current || text !== document.text()) return;
    view.current.dispatch(setDiagnostics(view.current.state, diagnosticsOf(checked.problems, document)));
  }, [checked, document]);

  return <div ref={host} className={css['host']} />;
}
