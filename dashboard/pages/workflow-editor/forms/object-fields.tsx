// The fields of an object: the required and the given ones, and the others behind one button.
import { useState } from 'react';
import { isObject } from '../../../../lib/json.ts';
import { Button } from '../../../design-system/button.tsx';
import type { FieldSchema } from './fields.ts';
import { type FieldContext, ValueField } from './value-field.tsx';

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
  const isShown = (name: string) => required.has(name) || given[name] !== undefined;
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
