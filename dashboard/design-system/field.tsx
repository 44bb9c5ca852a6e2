// A labelled field: its hint, and what is wrong with it. Text of any direction reads right.
import { type ComponentProps, type ReactNode, useId } from 'react';
import css from './field.module.css';

interface FieldProps {
  readonly label: string;
  /** Beside the label, quietly: `whole number · required`. */
  readonly note?: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

interface HiddenLabel {
  /** What stands beside it says the same to those who see it. */
  readonly labelHidden?: boolean;
}

/** What a field's control gets: `id`, `aria-describedby` and `aria-invalid`. */
export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

export function Field({
  label,
  labelHidden,
  note,
  hint,
  error,
  control,
}: FieldProps & HiddenLabel & { readonly control: (props: ControlProps) => ReactNode }) {
  const id = useId();
  const described = [
    error !== undefined && `${id}-error`,
    hint !== undefined && `${id}-hint`,
    note !== undefined && `${id}-note`,
  ].filter(Boolean);
  return (
    <div className={css['field']}>
      <div className={labelHidden ? 'visually-hidden' : css['head']}>
        <label htmlFor={id} dir="auto">
          {label}
        </label>
        {note !== undefined && (
          <span id={`${id}-note`} className="meta">
            {note}
          </span>
        )}
      </div>
      {control({
        id,
        'aria-describedby': described.join(' ') || undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="meta">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={css['error']} dir="auto">
          {error}
        </p>
      )}
    </div>
  );
}

/** For a control that is none of those below. */
export const inputClass = css['input'];

export function TextField({ label, note, hint, error, ...input }: FieldProps & ComponentProps<'input'>) {
  return (
    <Field
      label={label}
      note={note}
      hint={hint}
      error={error}
      control={(props) => <input dir="auto" {...input} {...props} className={css['input']} />}
    />
  );
}

export function TextArea({ label, hint, error, ...input }: FieldProps & ComponentProps<'textarea'>) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      control={(props) => <textarea dir="auto" rows={4} {...input} {...props} className={css['input']} />}
    />
  );
}

interface SelectProps extends FieldProps, HiddenLabel, Omit<ComponentProps<'select'>, 'children'> {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** The browser's own list: it is right on every phone and for every screen reader. */
export function SelectField({ label, labelHidden, hint, error, options, ...select }: SelectProps) {
  return (
    <Field
      label={label}
      labelHidden={labelHidden ?? false}
      hint={hint}
      error={error}
      control={(props) => (
        <select {...select} {...props} className={css['input']}>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    />
  );
}
