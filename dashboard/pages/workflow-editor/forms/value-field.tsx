// One field of a form: the control that fits its schema, which any field can leave for an expression.
import Braces from 'lucide-react/icons/braces';
import { useState } from 'react';
import { Button } from '../../../design-system/button.tsx';
import { type ControlProps, Field, inputClass } from '../../../design-system/field.tsx';
import { type Control, controlOf, type FieldSchema, noteOf } from './fields.ts';
import css from './form.module.css';
import { JsonField } from './json-field.tsx';
import { ObjectFields } from './object-fields.tsx';

export interface FieldContext {
  /** The schema in which `$ref`s lead. */
  readonly root: unknown;
  /** What is wrong with the value at a pointer below the form's own. */
  problemAt(path: readonly string[]): string | undefined;
  /** Undefined takes the value away. */
  change(path: readonly string[], value: unknown): void;
}

interface ValueFieldProps {
  readonly path: readonly string[];
  readonly label: string;
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly isRequired: boolean;
  readonly context: FieldContext;
}

export function ValueField({ path, label, schema, value, isRequired, context }: ValueFieldProps) {
  const { root } = context;
  const control = controlOf(schema, value, root);
  const change = (next: unknown) => context.change(path, next);
  if (control.kind === 'object')
    return (
      <fieldset className={css['group']}>
        <legend>{label}</legend>
        <ObjectFields path={path} schema={control.schema} value={value} context={context} />
      </fieldset>
    );
  const hint = [schema.description, defaultText(schema.default)].filter(Boolean).join(' ');
  const shared = {
    label,
    note: noteOf(schema, isRequired, root),
    ...(hint !== '' && { hint }),
    error: context.problemAt(path),
  };
  if (control.kind === 'json') return <JsonField {...shared} value={value} change={change} />;
  return (
    <div className={css['field']}>
      <Field
        {...shared}
        control={(props) => (
          <ValueControl
            props={props}
            control={control}
            value={value}
            isRequired={isRequired}
            change={change}
          />
        )}
      />
      {control.kind !== 'text' && control.kind !== 'expression' && (
        <Button kind="quiet" icon={Braces} className={css['toggle']} onClick={() => change('{{  }}')}>
          <span className="visually-hidden">{label}: </span>Use an expression
        </Button>
      )}
    </div>
  );
}

function defaultText(value: unknown): string | undefined {
  return value === undefined ? undefined : `${JSON.stringify(value)} when left out.`;
}

interface ValueControlProps {
  readonly props: ControlProps;
  readonly control: Exclude<Control, { readonly kind: 'object' }>;
  readonly value: unknown;
  readonly isRequired: boolean;
  change(value: unknown): void;
}

function ValueControl({ props, control, value, isRequired, change }: ValueControlProps) {
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
        <textarea
          {...props}
          dir="auto"
          className={`${inputClass} ${control.kind === 'expression' ? css['expression'] : ''}`}
          rows={Math.min(12, Math.max(1, text.split('\n').length, Math.ceil(text.length / 60)))}
          value={text}
          onChange={({ target }) => write(target.value)}
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
