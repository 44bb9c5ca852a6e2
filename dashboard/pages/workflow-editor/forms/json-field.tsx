// A value of several parts, as JSON; a text that is none is kept and not written.
import { useState } from 'react';
import { Field, inputClass } from '../../../design-system/field.tsx';
import { jsonLines } from '../document/workflow-text.ts';
import css from './form.module.css';

interface JsonFieldProps {
  readonly label: string;
  readonly note: string;
  readonly hint?: string;
  readonly error: string | undefined;
  readonly value: unknown;
  change(value: unknown): void;
}

export function JsonField({ value, change, error, ...rest }: JsonFieldProps) {
  const own = value === undefined ? '' : jsonLines(value, '');
  const [typed, setTyped] = useState<string>();
  const text = typed ?? own;
  const read = typed === undefined ? undefined : valueIn(typed);
  return (
    <Field
      {...rest}
      error={read && 'mistake' in read ? read.mistake : error}
      control={(props) => (
        <textarea
          {...props}
          spellCheck={false}
          className={`${inputClass} ${css['expression']}`}
          rows={Math.min(16, Math.max(1, text.split('\n').length))}
          value={text}
          onBlur={() => {
            if (!read || 'value' in read) setTyped(undefined);
          }}
          onChange={({ target }) => {
            setTyped(target.value);
            const next = valueIn(target.value);
            if ('value' in next) change(next.value);
          }}
        />
      )}
    />
  );
}

function valueIn(text: string): { readonly value: unknown } | { readonly mistake: string } {
  if (text.trim() === '') return { value: undefined };
  // An expression may stand for the whole.
  if (text.trimStart().startsWith('{{')) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { mistake: 'This is not JSON yet, so it is not in the workflow' };
  }
}
