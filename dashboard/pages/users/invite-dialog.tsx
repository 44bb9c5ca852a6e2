// Invites a user: a name to log in with, an address, a role.
import { useId, useState } from 'react';
import { useAttempt } from '../../api/attempt.ts';
import { ApiError } from '../../api/errors.ts';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { SelectField, TextField } from '../../design-system/field.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { roleOf, roleOptions } from './user-words.ts';
import css from './users.module.css';

interface InviteDialogProps {
  readonly open: boolean;
  onClose(): void;
  /** Asks for the list again. */
  onInvited(): Promise<unknown>;
}

const empty = { id: '', email: '', role: 'viewer' };

export function InviteDialog({ open, onClose, onInvited }: InviteDialogProps) {
  const form = useId();
  const [fields, setFields] = useState(empty);
  const { isBusy, error, attempt } = useAttempt();
  const problems = error instanceof ApiError ? error.problems : [];
  const field = (name: 'id' | 'email') => ({
    value: fields[name],
    required: true,
    error: problems.find(({ pointer }) => pointer === `/${name}`)?.message,
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setFields({ ...fields, [name]: target.value }),
  });
  const invite = async () => {
    const [id, email] = [fields.id.trim(), fields.email.trim()];
    const body = { id, email, role: roleOf(fields.role) ?? 'viewer' };
    if (!(await attempt(() => request('POST /users', { body })))) return;
    await onInvited();
    showToast({ text: `An invitation is on its way to ${email}`, kind: 'done' });
    setFields(empty);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Invite a user"
      description="A temporary password is mailed, which the first login replaces. On a laptop it stands where the stack was started."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} kind="primary" busy={isBusy}>
            Invite
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={css['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void invite();
        }}
      >
        <TextField
          label="User"
          hint="What they log in with. It cannot be changed."
          autoComplete="off"
          {...field('id')}
        />
        <TextField label="E-mail" type="email" autoComplete="off" {...field('email')} />
        <SelectField
          label="Role"
          value={fields.role}
          options={roleOptions('viewer')}
          onChange={({ target }) => setFields({ ...fields, role: target.value })}
        />
        {error && problems.length === 0 && <Problem error={error} />}
      </form>
    </Dialog>
  );
}
