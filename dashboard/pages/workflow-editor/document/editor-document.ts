// The document that is edited: one text with one history, whichever view changes it.
import { history, isolateHistory, redo, redoDepth, undo, undoDepth } from '@codemirror/commands';
import {
  EditorSelection,
  EditorState,
  type Extension,
  type Transaction,
  type TransactionSpec,
} from '@codemirror/state';
import type { TextEdit } from '../../../../lib/compiler/problems/locate.ts';

/** Shows the document, and changes it by way of itself. */
interface View {
  dispatch(transaction: Transaction): void;
  /** Scrolls itself to the place, and nothing around it. */
  reveal(offset: number): void;
}

export class EditorDocument {
  readonly #listeners = new Set<() => void>();
  #state: EditorState;
  #view: View | undefined;
  /** The field that was typed into last. */
  #typedAt: string | undefined;
  #text: { readonly of: EditorState['doc']; readonly text: string } | undefined;

  /** @param extensions of the view that shows it as text */
  constructor(text: string, extensions: Extension = []) {
    this.#state = EditorState.create({ doc: text, extensions: [history(), extensions] });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): EditorState => this.#state;

  /** The whole text, the same string as long as it stays the same. */
  readonly text = (): string => {
    if (this.#text?.of !== this.#state.doc)
      this.#text = { of: this.#state.doc, text: this.#state.doc.toString() };
    return this.#text.text;
  };

  get canUndo(): boolean {
    return undoDepth(this.#state) > 0;
  }

  get canRedo(): boolean {
    return redoDepth(this.#state) > 0;
  }

  /** Changes several places at once: one step of the history. */
  edit(edits: readonly TextEdit[]): void {
    this.#typedAt = undefined;
    this.#change(edits, { annotations: isolateHistory.of('full') });
  }

  /** What is typed into a field: keys that follow each other in it are one step of the history, as in the text. */
  type(edits: readonly TextEdit[], field: string): void {
    const isOther = field !== this.#typedAt;
    this.#typedAt = field;
    this.#change(edits, {
      userEvent: 'input.type',
      ...(isOther && { annotations: isolateHistory.of('before') }),
    });
  }

  /** Typed in a field that changes several places: one step of the history however long it takes. @param isBegun by a key before */
  typeOn(edits: readonly TextEdit[], isBegun: boolean): void {
    // CodeMirror's history joins what is composed with what is before it, always.
    if (isBegun) this.#change(edits, { userEvent: 'input.type.compose' });
    else this.#change(edits, { userEvent: 'input.type', annotations: isolateHistory.of('before') });
  }

  #change(edits: readonly TextEdit[], how: TransactionSpec): void {
    const changes = edits.map(({ offset, length, text }) => ({
      from: offset,
      to: offset + length,
      insert: text,
    }));
    if (changes.length > 0) this.#dispatch({ changes, ...how });
  }

  /** Another text in place of this one, which undo brings back; what both have at their ends stays untouched. */
  replace(text: string): void {
    const before = this.text();
    if (before === text) return;
    let start = 0;
    const shorter = Math.min(before.length, text.length);
    while (start < shorter && before[start] === text[start]) start += 1;
    let end = 0;
    while (end < shorter - start && before.at(-1 - end) === text.at(-1 - end)) end += 1;
    const length = before.length - end - start;
    this.edit([{ offset: start, length, text: text.slice(start, text.length - end) }]);
  }

  select(from: number, to = from): void {
    const { length } = this.#state.doc;
    const selection = EditorSelection.range(Math.min(from, length), Math.min(to, length));
    this.#dispatch({ selection });
    this.#view?.reveal(selection.from);
  }

  undo(): boolean {
    return undo({ state: this.#state, dispatch: (transaction) => this.#apply(transaction) });
  }

  redo(): boolean {
    return redo({ state: this.#state, dispatch: (transaction) => this.#apply(transaction) });
  }

  /** Called by the view with its state after each change. */
  accept(state: EditorState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  /** @returns what ends it */
  attach(view: View): () => void {
    this.#view = view;
    return () => {
      if (this.#view === view) this.#view = undefined;
    };
  }

  #dispatch(spec: TransactionSpec): void {
    this.#apply(this.#state.update(spec));
  }

  #apply(transaction: Transaction): void {
    if (this.#view) this.#view.dispatch(transaction);
    else this.accept(transaction.state);
  }
}
