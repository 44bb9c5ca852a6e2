// The fields of an object, and one field: the control that fits its schema, which any field can leave for an expression.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { isObject } from '../../../../lib/json.ts';
import { pointerTo } from '../../../../lib/json-pointer.ts';
import { Button } from '../../../design-system/button.tsx';
import { Field, inputClass } from '../../../design-system/field.tsx';
import Braces from '../../../design-system/icons/braces.ts';
import Plus from '../../../design-system/icons/plus.ts';
import Close from '../../../design-system/icons/x.ts';
import { Marked } from '../../../design-system/marked.tsx';
import type { FieldSchema } from '../check/field-schema.ts';
import type { Caller } from './accounts.ts';
import { ConnectionField } from './connection-field.tsx';
import {
  allowsExpression,
  type Control,
  controlOf,
  emptyValue,
  hintOf,
  isExpression,
  neededChoice,
  noteOf,
  variantIn,
  widerThan,
} from './fields.ts';
import css from './form.module.css';
import { JsonField } from './json-field.tsx';
import { ListField } from './list-field.tsx';
import { ValueControl } from './value-control.tsx';

export interface FieldContext {
  /** The pointer of what the form shows. */
  readonly base: string;
  /** The schema in which `$ref`s lead. */
  readonly root: unknown;
  /** Whether any value may be an expression, or only those whose schema says so. */
  readonly takesExpressions: boolean;
  /** What is wrong with the value at a path below the form's own; with parts, also with what is in it. */
  problemAt(path: readonly string[], withParts?: boolean): string | undefined;
  /** Whose the connection and the parameters of an object are that a path leads to. */
  callerAt(path: readonly string[]): Caller | undefined;
  /** Undefined takes the value away. */
  change(path: readonly string[], value: unknown): void;
}

/** The key that names an account. */
export const CONNECTION = 'connection';
/** The key of what an action is given. */
export const PARAMS = 'params';

interface ValueFieldProps {
  readonly path: readonly string[];
  readonly label: string;
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly isRequired: boolean;
  readonly context: FieldContext;
}

export function ValueField(props: ValueFieldProps) {
  const { path, label, value, context } = props;
  const key = path.at(-1);
  const isCalls = key === CONNECTION || key === PARAMS;
  const caller = isCalls ? context.callerAt(path.slice(0, -1)) : undefined;
  if (!caller || isExpression(value)) return <PlainField {...props} />;
  if (key === PARAMS) return <PlainField {...props} {...paramsOf(caller, props)} />;
  return (
    <ConnectionField
      caller={caller}
      label={label}
      value={value}
      error={context.problemAt(path)}
      change={(id) => context.change(path, id)}
    />
  );
}

/** The parameters of an action: an agent's model gives those that a tool leaves out. */
function paramsOf(
  { action }: Caller,
  { path: [first], context }: Pick<ValueFieldProps, 'path' | 'context'>,
): Pick<ValueFieldProps, 'schema' | 'context'> {
  const schema: FieldSchema = action?.input ?? {};
  const { properties = {} } = schema;
  return {
    schema: first === 'agent' ? { type: 'object', properties } : schema,
    context: { ...context, root: schema, takesExpressions: true },
  };
}

function PlainField({ path, label, schema, value, isRequired, context }: ValueFieldProps) {
  const { root, base, takesExpressions } = context;
  // What is written may be for another control: the focus goes over to it.
  const [isBegun, setBegun] = useState(false);
  const control = controlOf(schema, value, root);
  const pointer = pointerTo(base, ...path);
  const mayBeExpression = takesExpressions || allowsExpression(schema, root);
  const change = (next: unknown) => {
    setBegun(controlOf(schema, next, root).kind !== control.kind);
    context.change(path, next);
  };
  const hint = hintOf(schema);
  const wider = widerThan(schema, value, root);
  const shared = {
    label,
    note: noteOf(schema, isRequired, root),
    ...(hint !== undefined && { hint: <Marked text={hint} /> }),
    error: withoutHint(context.problemAt(path, control.kind === 'json'), schema.description),
  };
  const toggle = mayBeExpression && !['text', 'expression', 'condition'].includes(control.kind) && (
    <Button kind="quiet" icon={Braces} className={css['toggle']} onClick={() => change('{{  }}')}>
      <span className="visually-hidden">{label}: </span>Use an expression
    </Button>
  );
  if (control.kind === 'object' || control.kind === 'list' || control.kind === 'variants')
    return (
      <Group {...shared} isPlain={control.kind === 'object'} takesFocus={isBegun}>
        <Parts {...{ path, label, value, isRequired, context, control }} />
        {control.kind === 'object' ? null : toggle}
      </Group>
    );
  if (control.kind === 'json')
    return <JsonField {...shared} value={value} pointer={pointer} takesFocus={isBegun} change={change} />;
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
      {toggle}
      {wider !== undefined && (
        <Button kind="quiet" className={css['toggle']} onClick={() => change(wider)}>
          <span className="visually-hidden">{label}: </span>Set more of it
        </Button>
      )}
    </div>
  );
}

/** What the field says of itself it does not say twice. */
function withoutHint(problem: string | undefined, description = ''): string | undefined {
  return description === '' ? problem : problem?.replace(`. What it is: ${description}`, '');
}

interface GroupProps {
  readonly label: string;
  readonly note: string;
  readonly hint?: ReactNode;
  readonly error: string | undefined;
  /** Its fields say all that is to be said. */
  readonly isPlain: boolean;
  /** Of what has just taken the place of another control. */
  readonly takesFocus: boolean;
  readonly children: ReactNode;
}

/** Fields that are one value together. */
function Group({ label, note, hint, error, isPlain, takesFocus, children }: GroupProps) {
  const fields = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (takesFocus) fields.current?.querySelector<HTMLElement>('select, input, textarea')?.focus();
  }, [takesFocus]);
  return (
    <fieldset ref={fields} className={css['group']}>
      <legend>
        {label} {!isPlain && note !== '' && <span className={`meta ${css['note']}`}>{note}</span>}
      </legend>
      {!isPlain && hint !== undefined && <p className="meta">{hint}</p>}
      {!isPlain && error !== undefined && (
        <p className={css['error']} dir="auto">
          {error}
        </p>
      )}
      {children}
    </fieldset>
  );
}

interface PartsProps extends Omit<ValueFieldProps, 'schema'> {
  readonly control: Extract<Control, { readonly kind: 'object' | 'list' | 'variants' }>;
}

function Parts({ path, label, value, isRequired, context, control }: PartsProps) {
  const { root, change } = context;
  if (control.kind === 'object')
    return <ObjectFields path={path} schema={control.schema} value={value} context={context} />;
  if (control.kind === 'variants') {
    const { key, variants } = control;
    const variant = variantIn(control, value);
    return (
      <>
        <select
          aria-label={`${label}: ${key}`}
          className={inputClass}
          value={variant?.is ?? ''}
          onChange={({ target }) => {
            const chosen = variants.find(({ is }) => is === target.value);
            change(path, chosen && emptyValue(chosen.schema, root));
          }}
        >
          {(!isRequired || !variant) && <option value="">–</option>}
          {variants.map(({ is }) => (
            <option key={is}>{is}</option>
          ))}
        </select>
        {variant && (
          <ObjectFields
            key={variant.is}
            path={path}
            schema={variant.schema}
            value={value}
            context={context}
            without={[key]}
          />
        )}
      </>
    );
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <ListField
      label={label}
      items={items}
      item={(index, name) => (
        <ValueField
          path={[...path, String(index)]}
          label={name}
          schema={control.items}
          value={items[index]}
          isRequired
          context={context}
        />
      )}
      add={() => {
        const item = emptyValue(control.items, root);
        if (Array.isArray(value)) change([...path, String(items.length)], item);
        else change(path, [item]);
      }}
      remove={(index) => {
        if (items.length === 1 && !isRequired) change(path, undefined);
        else change([...path, String(index)], undefined);
      }}
    />
  );
}

interface ObjectFieldsProps {
  readonly path: readonly string[];
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly context: FieldContext;
  /** Keys that have a place of their own. */
  readonly without?: readonly string[];
  /** How many fields that it can do without are shown when it needs none. */
  readonly shownAtFirst?: number;
  /** Stands between what is shown and what is shown when it is asked for. */
  readonly children?: ReactNode;
}

export function ObjectFields(props: ObjectFieldsProps) {
  const { path, schema, value, context, without = [], shownAtFirst = 0, children } = props;
  const given = isObject(value) ? value : {};
  const required = new Set(schema.required);
  const known = Object.keys(schema.properties ?? {});
  const names = [...known, ...Object.keys(given).filter((name) => !known.includes(name))].filter(
    (name) => !without.includes(name),
  );
  // What is emptied stays, with the focus in it.
  const [seen] = useState(() => new Set(required.size === 0 ? names.slice(0, shownAtFirst) : []));
  for (const name of [
    ...names.filter((one) => required.has(one) || given[one] !== undefined),
    ...neededChoice(schema, given),
  ])
    seen.add(name);
  // Asked for, the others stay where they are, whatever is written into them.
  const [before, setBefore] = useState<ReadonlySet<string>>();
  const isShown = (name: string) => (before ?? seen).has(name);
  const field = (name: string) => (
    <ValueField
      key={name}
      path={[...path, name]}
      label={name}
      schema={schema.properties?.[name] ?? {}}
      value={given[name]}
      isRequired={required.has(name)}
      context={context}
    />
  );
  const others = names.filter((name) => !isShown(name));
  return (
    <>
      {names.filter(isShown).map(field)}
      {children}
      {others.length > 0 && (
        <Button
          kind="quiet"
          icon={before ? Close : Plus}
          aria-expanded={before !== undefined}
          onClick={() => setBefore(before ? undefined : new Set(seen))}
        >
          {before ? 'Fewer fields' : `More: ${others.slice(0, 3).join(', ')}${others.length > 3 ? ' …' : ''}`}
        </Button>
      )}
      {before && others.map(field)}
    </>
  );
}
