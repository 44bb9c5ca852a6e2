// Typing over a selection, without the browser's own editing: that keeps the look of what it replaces in a `style`
// attribute, which the Content-Security-Policy refuses aloud (Chrome, DeleteSelectionCommand: the typing style).
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

export const typedOver: Extension = EditorView.domEventHandlers({
  beforeinput({ inputType, data, isComposing }, view) {
    const { selection, readOnly } = view.state;
    const { main, ranges } = selection;
    if (
      inputType !== 'insertText' ||
      data === null ||
      isComposing ||
      readOnly ||
      ranges.length > 1 ||
      main.empty
    )
      return false;
    const { from, to } = main;
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    // Brackets are put around a selection by one of these.
    const isDone = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, from, to, data, insert));
    if (!isDone) view.dispatch(insert());
    return true;
  },
});
