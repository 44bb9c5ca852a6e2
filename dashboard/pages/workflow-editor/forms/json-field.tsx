// A value of several parts, as JSON; a text that is none is kept and not written.
import { useState } from 'react';
import { Field } from '../../../design-system/field.tsx';
import { jsonLines } from '../document/workflow-text.ts';
import { ExpressionInput } from './expression-input.tsx';
import css from './form.module.css';

interface JsonFieldProps {
  readonly label: string;
  readonly note: string;
  readonly hint?: string;
  readonly error: string | undefined;
  readonly value: unknown;
  readonly pointer: string;
  change(value: unknown): void;
}

export function JsonField({ value, pointer, change, error, ...rest }: JsonFieldProps) {
  const own = value === undefined ? '' : jsonLines(value, '');
  const [typed, setTyped] = useState<string>();
  const text = typed ?? own;
  const read = typed === undefined ? undefined : valueIn(typed);
  return (
    <Field
      {...rest}
      error={read && 'mistake' in read ? read.mistake : error}
      control={(props) => (
        <ExpressionInput
          props={props}
          spellCheck={false}
          className={css['expression']}
          rows={Math.min(16, Math.max(1, text.split('\n').length))}
          text={text}
          pointer={pointer}
          isJson={!isExpressionAlone(text)}
          onBlur={() => {
            if (!read || 'value' in read) setTyped(undefined);
          }}
          write={(written) => {
            setTyped(written);
            const next = valueIn(written);
            if ('value' in next) change(next.value);
          }}
        />
      )}
    />
  );
}

/** An expression may stand for the whole. */
const isExpressionAlone = (text: string): boolean => text.trimStart().startsWith('{{');

function valueIn(text: string): { readonly value: unknown } | { readonly mistake: string } {
  if (text.trim() === '') return { value: undefined };
  if (isExpressionAlone(text)) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { mistake: 'This is not JSON yet, so it is not in the workflow' };
  }
}
