// One user: who, what role, whether they may log in, and what an admin can do about it.
import { useState } from 'react';
import { useAttempt } from '../../api/attempt.ts';
import { ApiError } from '../../api/errors.ts';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { SelectField } from '../../design-system/field.tsx';
import { Time } from '../../design-system/time.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { roleOf, roleOptions, statusText, type User } from './user-words.ts';
import css from './users.module.css';

interface UserRowProps {
  readonly user: User;
  readonly isMe: boolean;
  /** Asks for the list again. */
  onChange(): Promise<unknown>;
}

/** What has to be confirmed first. */
interface Question {
  readonly title: string;
  readonly description: string;
  readonly verb: string;
  act(): Promise<unknown>;
  readonly done: string;
}

export function UserRow({ user, isMe, onChange }: UserRowProps) {
  const { id, email, role, enabled, status, created_at } = user;
  const params = { id };
  const [question, setQuestion] = useState<Question>();
  const [isBusy, setBusy] = useState(false);
  const act = async (what: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await what();
      showToast({ text: done, kind: 'done' });
    } catch (error) {
      showToast({ text: whyNot(error), kind: 'failed' });
    } finally {
      await onChange();
      setBusy(false);
    }
  };
  const setRole = (text: string) => {
    const wanted = roleOf(text);
    if (!wanted || wanted === role) return;
    const change = () => request('PUT /users/{id}/role', { params, body: { role: wanted } });
    const done = `${id} is ${wanted} now`;
    if (!isMe && role !== 'admin') return void act(change, done);
    setQuestion({
      title: `Make ${isMe ? 'yourself' : id} ${wanted}?`,
      description: isMe
        ? 'You cannot manage users any more after that, and another admin has to give the role back.'
        : `${id} is an admin now, and cannot manage users any more after that.`,
      verb: `Make ${isMe ? 'me' : id} ${wanted}`,
      act: change,
      done,
    });
  };
  return (
    <article className={css['user']} aria-labelledby={`user-${id}`}>
      <div className={css['who']}>
        <h2 id={`user-${id}`} dir="auto">
          {id}
          {isMe && <span className="meta"> you</span>}
        </h2>
        <p className="quiet" dir="auto">
          {email ?? 'no address'}
        </p>
        <p className="meta">
          {statusText(user)}. Created <Time at={created_at} />
        </p>
      </div>
      <div className={css['actions']}>
        <SelectField
          label={`Role of ${id}`}
          labelHidden
          value={role ?? ''}
          options={roleOptions(role)}
          disabled={isBusy}
          onChange={({ target }) => setRole(target.value)}
        />
        <Button
          busy={isBusy}
          disabled={!enabled}
          title={enabled ? undefined : 'Enable the user first'}
          onClick={() =>
            setQuestion(
              status === 'invited'
                ? {
                    title: `Invite ${id} again?`,
                    description:
                      'Another temporary password is mailed, and the one before is no longer good.',
                    verb: 'Invite again',
                    act: () => request('POST /users/{id}/reset-password', { params }),
                    done: `Another invitation is on its way to ${email ?? id}`,
                  }
                : {
                    title: `Reset the password of ${id}?`,
                    description:
                      'The password is no longer good, all sessions end, and a code for a new one is mailed.',
                    verb: 'Reset password',
                    act: () => request('POST /users/{id}/reset-password', { params }),
                    done: `A code is on its way to ${email ?? id}`,
                  },
            )
          }
        >
          {status === 'invited' ? 'Invite again' : 'Reset password'}
        </Button>
        {enabled ? (
          <Button
            busy={isBusy}
            onClick={() =>
              setQuestion({
                title: `Disable ${isMe ? 'yourself' : id}?`,
                description: `${isMe ? 'You' : id} cannot log in any more until an admin enables ${isMe ? 'you' : 'them'} again, and all sessions end.`,
                verb: 'Disable',
                act: () => request('POST /users/{id}/disable', { params }),
                done: `${id} is disabled`,
              })
            }
          >
            Disable
          </Button>
        ) : (
          <Button
            busy={isBusy}
            onClick={() =>
              void act(() => request('POST /users/{id}/enable', { params }), `${id} can log in again`)
            }
          >
            Enable
          </Button>
        )}
      </div>
      <Confirmation question={question} onClose={() => setQuestion(undefined)} onChange={onChange} />
    </article>
  );
}

interface ConfirmationProps {
  readonly question: Question | undefined;
  onClose(): void;
  onChange(): Promise<unknown>;
}

/** Stays open with the reason when it is refused. */
function Confirmation({ question, onClose, onChange }: ConfirmationProps) {
  const [shown, setShown] = useState(question);
  const { isBusy, error, attempt, forget } = useAttempt();
  if (question && question !== shown) {
    setShown(question);
    forget();
  }
  const act = async () => {
    if (!question || !(await attempt(question.act))) return;
    await onChange();
    showToast({ text: question.done, kind: 'done' });
    onClose();
  };
  return (
    <Dialog
      open={question !== undefined}
      onClose={onClose}
      title={shown?.title ?? ''}
      description={shown?.description ?? ''}
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button kind="danger" busy={isBusy} onClick={() => void act()}>
            {shown?.verb}
          </Button>
        </>
      }
    >
      {error && <Problem error={error} />}
    </Dialog>
  );
}

function whyNot(error: unknown): string {
  if (error instanceof ApiError) return error.detail || error.title;
  return error instanceof Error ? error.message : String(error);
}
