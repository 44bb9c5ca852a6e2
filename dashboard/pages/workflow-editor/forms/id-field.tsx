// The id of a step: what names the step is renamed with it. What cannot be an id is kept as it is typed, and is not written.
import { useRef, useState } from 'react';
import { TextField } from '../../../design-system/field.tsx';

interface IdFieldProps {
  readonly id: string;
  readonly error: string | undefined;
  /** Why the step cannot be called so; undefined when it can. */
  whyNot(id: string): string | undefined;
  /** @param isBegun whether the same renaming goes on */
  rename(id: string, isBegun: boolean): void;
}

export function IdField({ id, error, whyNot, rename }: IdFieldProps) {
  const [typed, setTyped] = useState<string>();
  const isBegun = useRef(false);
  const why = typed === undefined || typed === id ? undefined : whyNot(typed);
  return (
    <TextField
      label="id"
      note="text · required"
      hint="Later steps read its output as steps.<id>. Expressions that name it follow when it is renamed."
      spellCheck={false}
      autoCapitalize="off"
      value={typed ?? id}
      error={why ?? error}
      onFocus={() => {
        isBegun.current = false;
      }}
      onBlur={() => {
        if (why === undefined) setTyped(undefined);
      }}
      onChange={({ target }) => {
        setTyped(target.value);
        if (whyNot(target.value) !== undefined) return;
        rename(target.value, isBegun.current);
        isBegun.current = true;
      }}
    />
  );
}
