// What CodeMirror knows of a workflow's text: JSON, keys, marks, and the dashboard's colours.
import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import type { Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { ExpressionHelp } from '../check/expression-help.ts';
import { expressionHelp } from './expression-help.ts';
import { theme } from './theme.ts';
import { typedOver } from './typed-over.ts';

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--stopped)' },
  { tag: [tags.brace, tags.squareBracket, tags.separator], color: 'var(--quiet)' },
]);

/** Tab leaves the text, as everywhere on the page (WCAG 2.1.2). */
export const jsonExtensions = (help: ExpressionHelp): Extension => [
  lineNumbers(),
  codeFolding(),
  foldGutter(),
  lintGutter(),
  json(),
  syntaxHighlighting(colours),
  bracketMatching(),
  closeBrackets(),
  indentOnInput(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true }),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': 'The workflow as JSON', spellcheck: 'false' }),
  keymap.of([
    ...completionKeymap,
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...lintKeymap,
  ]),
  ...expressionHelp(help),
  typedOver,
  theme,
];
