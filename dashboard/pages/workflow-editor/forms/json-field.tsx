// A value of several parts, as JSON. A text that is none is written as a text, and marked like every other mistake.
import type { ReactNode } from 'react';
import { Field } from '../../../design-system/field.tsx';
import { jsonLines } from '../document/workflow-text.ts';
import { ExpressionInput } from './expression-input.tsx';
import css from './form.module.css';
import { useTyped } from './use-typed.ts';

interface JsonFieldProps {
  readonly label: string;
  readonly note: string;
  readonly hint?: ReactNode;
  readonly error: string | undefined;
  readonly value: unknown;
  readonly pointer: string;
  /** Gets the focus when it appears. */
  readonly takesFocus: boolean;
  change(value: unknown): void;
}

export function JsonField({ value, pointer, takesFocus, change, error, ...rest }: JsonFieldProps) {
  const own = value === undefined ? '' : typeof value === 'string' ? value : jsonLines(value, '');
  const { text, type, end } = useTyped(value, own);
  return (
    <Field
      {...rest}
      error={error ?? (isText(value) ? 'This is no JSON as it stands: it is kept as a text' : undefined)}
      control={(props) => (
        <ExpressionInput
          props={props}
          spellCheck={false}
          className={css['expression']}
          rows={Math.min(16, Math.max(1, text.split('\n').length))}
          text={text}
          pointer={pointer}
          isJson={!isExpressionAlone(text)}
          takesFocus={takesFocus}
          onBlur={end}
          write={(written) => {
            type(written, valueIn(written));
            change(valueIn(written));
          }}
        />
      )}
    />
  );
}

/** An expression may stand for the whole. */
const isExpressionAlone = (text: string): boolean => text.trimStart().startsWith('{{');

const isText = (value: unknown): boolean => typeof value === 'string' && !isExpressionAlone(value);

function valueIn(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
