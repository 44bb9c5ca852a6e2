// The control of one value: a choice, a number, yes or no, a text.
import { type ControlProps, inputClass } from '../../../design-system/field.tsx';
import { ExpressionInput } from './expression-input.tsx';
import { type Control, conditionOf } from './fields.ts';
import css from './form.module.css';
import { useTyped } from './use-typed.ts';

interface ValueControlProps {
  readonly props: ControlProps;
  readonly control: Exclude<Control, { readonly kind: 'object' | 'list' | 'variants' }>;
  readonly value: unknown;
  readonly pointer: string;
  readonly isRequired: boolean;
  /** Of an expression that was just begun. */
  readonly takesFocus: boolean;
  change(value: unknown): void;
}

export function ValueControl(given: ValueControlProps) {
  const { props, control, value, pointer, isRequired, takesFocus, change } = given;
  const text = ownText(value);
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
    case 'condition':
      return <ConditionInput {...given} />;
    case 'number':
      return <NumberInput props={props} value={value} change={change} />;
    default:
      return (
        <ExpressionInput
          props={props}
          dir="auto"
          className={control.kind === 'expression' ? css['expression'] : undefined}
          rows={rowsOf(text)}
          text={text}
          pointer={pointer}
          isJson={false}
          takesFocus={takesFocus}
          write={write}
        />
      );
  }
}

/** What is no number is written as a text, and marked like every other mistake. */
function NumberInput({ props, value, change }: Pick<ValueControlProps, 'props' | 'value' | 'change'>) {
  const { text, type, end } = useTyped(value, ownText(value));
  return (
    <input
      {...props}
      inputMode="decimal"
      className={inputClass}
      value={text}
      onBlur={end}
      onChange={({ target }) => {
        const next = target.value.trim() === '' ? undefined : (numberOf(target.value) ?? target.value);
        type(target.value, next);
        change(next);
      }}
    />
  );
}

function numberOf(text: string): number | undefined {
  return /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

/** Yes, no, or an expression: what is written without its braces gets them when one goes on. */
function ConditionInput({ props, value, pointer, takesFocus, isRequired, change }: ValueControlProps) {
  const { text, type, end } = useTyped(value, ownText(value));
  return (
    <ExpressionInput
      props={props}
      spellCheck={false}
      className={css['expression']}
      rows={rowsOf(text)}
      text={text}
      pointer={pointer}
      isJson={false}
      takesFocus={takesFocus}
      onBlur={() => {
        const whole = conditionOf(text, isRequired, true);
        if (whole !== value) change(whole);
        end();
      }}
      write={(written) => {
        const next = conditionOf(written, isRequired, false);
        type(written, next);
        change(next);
      }}
    />
  );
}

const ownText = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

const rowsOf = (text: string): number =>
  Math.min(12, Math.max(1, text.split('\n').length, Math.ceil(text.length / 60)));
