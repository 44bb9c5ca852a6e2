// What was found in the text, as CodeMirror marks it.
import type { Diagnostic } from '@codemirror/lint';
import type { FoundProblem } from '../check/check-text.ts';
import { editsOfFix } from '../check/fixes.ts';
import type { EditorDocument } from '../document/editor-document.ts';

export function diagnosticsOf(
  problems: readonly FoundProblem[],
  document: EditorDocument,
): readonly Diagnostic[] {
  return problems.map(({ from, to, severity, message, hint, code, fix }) => ({
    from,
    to: Math.max(to, from),
    severity,
    source: code,
    message: hint === undefined ? message : `${message}\n${hint}`,
    ...(fix && {
      actions: [
        {
          name: `${fix.verb} ${fix.what}`,
          apply: () => document.edit(editsOfFix(fix, document.text())),
        },
      ],
    }),
  }));
}
