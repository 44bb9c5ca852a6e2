// Approves or rejects in two steps, each a key or a tap, so that nothing is decided by accident.
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../../design-system/button.tsx';
import { TextArea } from '../../design-system/field.tsx';
import { useDraft } from '../../frame/draft.ts';
import { useShortcuts } from '../../frame/shortcuts.tsx';
import css from './approvals.module.css';
import type { Decision } from './use-inbox.ts';

const consequence = {
  approve: 'The run goes on as approved.',
  reject: 'The run goes on as rejected.',
} as const;

interface DecisionFormProps {
  readonly id: string;
  /** Why the user may not decide. */
  readonly refusal: string | undefined;
  /** All that has to be read is there. */
  readonly isReady: boolean;
  /** @returns whether it counts: the comment is kept until then */
  decide(decision: Decision, comment: string): Promise<boolean>;
}

export function DecisionForm({ id, refusal, isReady, decide }: DecisionFormProps) {
  const [chosen, setChosen] = useState<Decision>();
  const [comment, writeComment, clearComment] = useDraft(`approval:${id}`);
  const approve = useRef<HTMLButtonElement>(null);
  const reject = useRef<HTMLButtonElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const mayNot = refusal !== undefined;

  useEffect(() => {
    if (chosen) confirm.current?.focus();
  }, [chosen]);

  const shortcuts = useMemo(() => {
    const choose = (decision: Decision) => {
      if (!mayNot) setChosen(decision);
      confirm.current?.focus();
    };
    return [
      { keys: 'y', label: 'Approve, then Enter to confirm', act: () => choose('approve') },
      { keys: 'n', label: 'Reject, then Enter to confirm', act: () => choose('reject') },
      { keys: 'c', label: 'Write a comment', act: () => field.current?.focus() },
    ];
  }, [mayNot]);
  useShortcuts(shortcuts);

  const cancel = () => {
    (chosen === 'reject' ? reject : approve).current?.focus();
    setChosen(undefined);
  };
  const send = async () => {
    if (chosen && (await decide(chosen, comment.trim()))) clearComment();
  };
  return (
    <div className={css['form']}>
      <TextArea
        ref={field}
        label="Comment (optional)"
        hint="The following steps get it, and the log keeps it."
        rows={2}
        maxLength={2000}
        value={comment}
        disabled={mayNot}
        onChange={(event) => writeComment(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {refusal !== undefined && (
        <p id={`${id}-refusal`} className={css['refusal']}>
          {refusal}
        </p>
      )}
      <div className={css['choices']}>
        <Button
          ref={approve}
          aria-pressed={chosen === 'approve'}
          disabled={mayNot}
          aria-describedby={mayNot ? `${id}-refusal` : undefined}
          onClick={() => setChosen('approve')}
        >
          Approve …
        </Button>
        <Button
          ref={reject}
          aria-pressed={chosen === 'reject'}
          disabled={mayNot}
          aria-describedby={mayNot ? `${id}-refusal` : undefined}
          onClick={() => setChosen('reject')}
        >
          Reject …
        </Button>
      </div>
      {chosen && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape takes the choice back wherever the focus is in it
        <div
          className={css['confirm']}
          onKeyDown={(event) => {
            if (event.key === 'Escape') cancel();
          }}
        >
          <p id={`${id}-consequence`}>
            {consequence[chosen]} {comment.trim() !== '' && 'Your comment goes with it. '}
            It cannot be taken back.
          </p>
          <div className={css['choices']}>
            <Button
              ref={confirm}
              kind={chosen === 'approve' ? 'primary' : 'danger'}
              busy={!isReady}
              aria-describedby={`${id}-consequence`}
              onClick={send}
            >
              Confirm: {chosen}
            </Button>
            <Button kind="quiet" onClick={cancel}>
              Cancel
            </Button>
          </div>
        </div>
      )}
      {!mayNot && (
        <p className={`meta ${css['keys']}`}>
          <kbd>y</kbd> or <kbd>n</kbd>, then <kbd>Enter</kbd>; <kbd>j</kbd> and <kbd>k</kbd> move
        </p>
      )}
    </div>
  );
}
