// What is said of each variable of a prompt: what belongs there, and what stands there when it is not given.
import { TextField } from '../../design-system/field.tsx';
import type { PromptDraft } from './prompt-draft.ts';
import css from './prompts.module.css';

interface VariableFieldsProps {
  readonly variables: PromptDraft['variables'];
  readonly readOnly: boolean;
  onChange(name: string, changes: { readonly description?: string; readonly default?: string }): void;
}

export function VariableFields({ variables, readOnly, onChange }: VariableFieldsProps) {
  const names = Object.keys(variables);
  if (names.length === 0) return null;
  return (
    <fieldset className={css['variables']}>
      <legend>Variables</legend>
      {names.map((name) => (
        <div key={name} className={css['variable']}>
          <code dir="auto">{name}</code>
          <TextField
            label="What belongs here"
            aria-label={`What belongs in ${name}`}
            value={variables[name]?.description ?? ''}
            readOnly={readOnly}
            onChange={({ target }) => onChange(name, { description: target.value })}
          />
          <TextField
            label="Default"
            aria-label={`Default of ${name}`}
            value={variables[name]?.default ?? ''}
            readOnly={readOnly}
            onChange={({ target }) => onChange(name, { default: target.value })}
          />
        </div>
      ))}
    </fieldset>
  );
}
