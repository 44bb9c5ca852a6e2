// What was found in the text, as CodeMirror marks it.
import type { Diagnostic } from '@codemirror/lint';
import type { FoundProblem } from '../check/check-text.ts';
import type { EditorDocument } from '../document/editor-document.ts';

export function diagnosticsOf(
  problems: readonly FoundProblem[],
  document: EditorDocument,
): readonly Diagnostic[] {
  return problems.map(({ from, to, severity, message, hint, code, fix, meant }) => ({
    from,
    to: Math.max(to, from),
    severity,
    source: code,
    message: hint === undefined ? message : `${message}\n${hint}`,
    ...(fix && { actions: [{ name: `Change to ${meant}`, apply: () => document.edit([fix]) }] }),
  }));
}
