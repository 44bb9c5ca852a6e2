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
  /** Gets the focus when it appears. */
  readonly autoFocus?: boolean;
}

export function JsonView({ document, checked, autoFocus = false }: JsonViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const hasFocus = useRef(autoFocus);

  useEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const made = new EditorView({
      state: document.state(),
      root,
      parent: root,
      dispatchTransactions(transactions, shown) {
        shown.update(transactions);
        document.accept(shown.state);
      },
    });
    view.current = made;
    const detach = document.attach({ dispatch: (transaction) => made.dispatch(transaction) });
    if (hasFocus.current) {
      made.focus();
      made.dispatch({ selection: made.state.selection, scrollIntoView: true });
    }
    return () => {
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
