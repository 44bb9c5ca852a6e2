// The control of one value: a choice, a number, yes or no, a text.
import { useState } from 'react';
import { type ControlProps, inputClass } from '../../../design-system/field.tsx';
import { ExpressionInput } from './expression-input.tsx';
import type { Control } from './fields.ts';
import css from './form.module.css';

interface ValueControlProps {
  readonly props: ControlProps;
  readonly control: Exclude<Control, { readonly kind: 'object' }>;
  readonly value: unknown;
  readonly pointer: string;
  readonly isRequired: boolean;
  /** Of an expression that was just begun. */
  readonly takesFocus: boolean;
  change(value: unknown): void;
}

export function ValueControl(given: ValueControlProps) {
  const { props, control, value, pointer, isRequired, takesFocus, change } = given;
  const text = value === undefined || value === null ? '' : String(value);
  // An optional value that is emptied is left out.
  const write = (next: string) => change(next === '' && !isRequired ? undefined : next);
  switch (control.kind) {
    case 'choice':
      return (
        <select {...props} className={inputClass} value={text} onChange={({ target }) => write(target.value)}>
          {(!isRequired || text === '') && <option value="">–</option>}
          {[...new Set([...control.options, ...(text === '' ? [] : [text])])].map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
    case 'boolean':
      return (
        <select
          {...props}
          className={inputClass}
          value={text}
          onChange={({ target }) => change(target.value === '' ? undefined : target.value === 'true')}
        >
          <option value="">–</option>
          <option value="true">yes</option>
          <option value="false">no</option>
        </select>
      );
    case 'number':
      return <NumberInput props={props} value={value} change={change} />;
    default:
      return (
        <ExpressionInput
          props={props}
          dir="auto"
          className={control.kind === 'expression' ? css['expression'] : undefined}
          rows={Math.min(12, Math.max(1, text.split('\n').length, Math.ceil(text.length / 60)))}
          text={text}
          pointer={pointer}
          isJson={false}
          takesFocus={takesFocus}
          write={write}
        />
      );
  }
}

/** What is no number is kept as it is typed, and is not written. */
function NumberInput({ props, value, change }: Pick<ValueControlProps, 'props' | 'value' | 'change'>) {
  const own = value === undefined || value === null ? '' : String(value);
  const [typed, setTyped] = useState<string>();
  const shown = typed !== undefined && numberOf(typed) === value ? typed : (typed ?? own);
  return (
    <input
      {...props}
      inputMode="decimal"
      className={inputClass}
      value={shown}
      onBlur={() => setTyped(undefined)}
      onChange={({ target }) => {
        setTyped(target.value);
        const next = numberOf(target.value);
        if (target.value.trim() === '') change(undefined);
        else if (next !== undefined) change(next);
        else if (target.value.includes('{{')) change(target.value);
      }}
    />
  );
}

function numberOf(text: string): number | undefined {
  return /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
