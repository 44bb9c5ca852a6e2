// The fields of an object, and one field: the control that fits its schema, which any field can leave for an expression.
import Braces from 'lucide-react/icons/braces';
import { useState } from 'react';
import { isObject } from '../../../../lib/json.ts';
import { pointerTo } from '../../../../lib/json-pointer.ts';
import { Button } from '../../../design-system/button.tsx';
import { Field } from '../../../design-system/field.tsx';
import type { FieldSchema } from '../check/field-schema.ts';
import { allowsExpression, controlOf, noteOf } from './fields.ts';
import css from './form.module.css';
import { JsonField } from './json-field.tsx';
import { ValueControl } from './value-control.tsx';

export interface FieldContext {
  /** The pointer of what the form shows. */
  readonly base: string;
  /** The schema in which `$ref`s lead. */
  readonly root: unknown;
  /** Whether any value may be an expression, or only those whose schema says so. */
  readonly takesExpressions: boolean;
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
  const { root, base, takesExpressions } = context;
  const [isBegun, setBegun] = useState(false);
  const control = controlOf(schema, value, root);
  const pointer = pointerTo(base, ...path);
  const mayBeExpression = takesExpressions || allowsExpression(schema, root);
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
  if (control.kind === 'json')
    return <JsonField {...shared} value={value} pointer={pointer} change={change} />;
  return (
    <div className={css['field']}>
      <Field
        {...shared}
        control={(props) => (
          <ValueControl
            props={props}
            control={control}
            value={value}
            pointer={pointer}
            isRequired={isRequired}
            takesFocus={isBegun}
            change={change}
          />
        )}
      />
      {control.kind !== 'text' && control.kind !== 'expression' && mayBeExpression && (
        <Button
          kind="quiet"
          icon={Braces}
          className={css['toggle']}
          onClick={() => {
            setBegun(true);
            change('{{  }}');
          }}
        >
          <span className="visually-hidden">{label}: </span>Use an expression
        </Button>
      )}
    </div>
  );
}

function defaultText(value: unknown): string | undefined {
  return value === undefined ? undefined : `${JSON.stringify(value)} when left out.`;
}

interface ObjectFieldsProps {
  readonly path: readonly string[];
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly context: FieldContext;
  /** Keys that have a place of their own. */
  readonly without?: readonly string[];
}

export function ObjectFields({ path, schema, value, context, without = [] }: ObjectFieldsProps) {
  const [isWhole, setWhole] = useState(false);
  const given = isObject(value) ? value : {};
  const required = new Set(schema.required);
  const known = Object.keys(schema.properties ?? {});
  const names = [...known, ...Object.keys(given).filter((name) => !known.includes(name))].filter(
    (name) => !without.includes(name),
  );
  // What is emptied stays, with the focus in it.
  const [seen] = useState(() => new Set<string>());
  for (const name of names) if (required.has(name) || given[name] !== undefined) seen.add(name);
  const isShown = (name: string) => seen.has(name);
  const hidden = names.filter((name) => !isShown(name));
  return (
    <>
      {names
        .filter((name) => isWhole || isShown(name))
        .map((name) => (
          <ValueField
            key={name}
            path={[...path, name]}
            label={name}
            schema={schema.properties?.[name] ?? {}}
            value={given[name]}
            isRequired={required.has(name)}
            context={context}
          />
        ))}
      {hidden.length > 0 && (
        <Button kind="quiet" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole
            ? 'Fewer fields'
            : `More: ${hidden.slice(0, 3).join(', ')}${hidden.length > 3 ? ' …' : ''}`}
        </Button>
      )}
    </>
  );
}
