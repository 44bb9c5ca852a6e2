// Chooses what a new step does: an action, or one of the language's own kinds of steps.
import { useMemo, useRef, useState } from 'react';
import { Dialog } from '../../../design-system/dialog.tsx';
import { TextField } from '../../../design-system/field.tsx';
import type { Action } from '../check/check-text.ts';
import css from './add-step.module.css';
import { choiceOf, kindChoices, soughtIn } from './new-steps.ts';

interface AddStepProps {
  readonly open: boolean;
  readonly actions: readonly Action[];
  close(): void;
  /** @param wanted an id for it, when it is free */
  add(step: Readonly<Record<string, unknown>>, wanted: string): void;
}

export function AddStep({ open, actions, close, add }: AddStepProps) {
  const [sought, setSought] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const choices = useMemo(() => [...kindChoices, ...actions.map(choiceOf)], [actions]);
  const found = soughtIn(choices, sought);
  // The best found stand first, whatever group they are of.
  const groups = Map.groupBy(found, ({ group }) => (sought.trim() === '' ? group : ''));
  return (
    <Dialog open={open} onClose={close} title="Add a step" initialFocus={field}>
      <TextField
        ref={field}
        label="Find"
        type="search"
        placeholder="mail, issue, loop"
        value={sought}
        onChange={({ target }) => setSought(target.value)}
      />
      <p className="meta" role="status">
        {found.length === 0 ? 'No step of this kind. Try another word for it.' : ''}
      </p>
      <div className={css['choices']}>
        {[...groups].map(([group, some]) => (
          <section key={group}>
            {group !== '' && <h3>{group}</h3>}
            <ul aria-label={group || 'What the step does'}>
              {some.map(({ code, title, about, step }) => (
                <li key={code}>
                  <button
                    type="button"
                    className={css['choice']}
                    onClick={() => {
                      setSought('');
                      add(step, code.replace(/^.*\./, ''));
                    }}
                  >
                    <span className={css['title']}>{title}</span>
                    <code className="meta">{code}</code>
                    <span className="quiet">{about}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
