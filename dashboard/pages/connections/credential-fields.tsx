// The fields of a provider's credentials, those of the chosen kind.
import { pointerTo } from '../../../lib/json-pointer.ts';
import { ExternalLink } from '../../design-system/external-link.tsx';
import { SelectField, TextField } from '../../design-system/field.tsx';
import {
  type Connection,
  type CredentialField,
  fieldsFor,
  type Given,
  givenValue,
  type Provider,
  providers,
} from './connection-words.ts';

interface CredentialFieldsProps {
  readonly existing: Connection | undefined;
  readonly provider: Provider;
  readonly given: Given;
  wrong(pointer: string): string | undefined;
  onChange(given: Given): void;
}

export function CredentialFields({ existing, provider, given, wrong, onChange }: CredentialFieldsProps) {
  const words = providers[provider];
  return (
    <>
      <p className="meta">
        {words.help} {words.address && <ExternalLink href={words.address}>Where it is made</ExternalLink>}
      </p>
      {fieldsFor(provider, given).map((field) => (
        <CredentialInput
          key={field.name}
          field={field}
          isChange={existing !== undefined}
          value={field.options ? givenValue(field, given) : (given[field.name] ?? '')}
          error={wrong(`/credentials/${field.name}`) ?? headerProblem(field, given, wrong)}
          onChange={(value) => onChange({ ...given, [field.name]: value })}
        />
      ))}
    </>
  );
}

/** Of a header, which has a name of its own in what is sent. */
function headerProblem(
  { name }: CredentialField,
  given: Given,
  wrong: CredentialFieldsProps['wrong'],
): string | undefined {
  const header = name === 'header' || name === 'header_2' ? given[name]?.trim() : undefined;
  return header ? wrong(pointerTo('/credentials/headers', header)) : undefined;
}

interface CredentialInputProps {
  readonly field: CredentialField;
  /** Whether the connection exists already. */
  readonly isChange: boolean;
  readonly value: string;
  readonly error: string | undefined;
  onChange(value: string): void;
}

function CredentialInput({ field, isChange, value, error, onChange }: CredentialInputProps) {
  const { label, hint, isPublic, isNeeded = !isPublic, options } = field;
  if (options)
    return (
      <SelectField
        label={label}
        value={value}
        options={options}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  return (
    <TextField
      label={label}
      hint={isChange && !isPublic ? 'Empty: the one that there is stays.' : hint}
      type={isPublic ? 'text' : 'password'}
      autoComplete={isPublic ? 'off' : 'new-password'}
      required={!isChange && isNeeded}
      value={value}
      error={error}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
