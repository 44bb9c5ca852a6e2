// Chooses what a new step does: an action, or one of the language's own kinds of steps.
import { useMemo, useRef, useState } from 'react';
import { Dialog } from '../../../design-system/dialog.tsx';
import { TextField } from '../../../design-system/field.tsx';
import type { Action } from '../check/check-text.ts';
import css from './add-step.module.css';
import { choiceOf, kindChoices, type StepChoice, soughtIn } from './new-steps.ts';

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
  const choose = ({ code, step }: StepChoice) => {
    setSought('');
    add(step, code.replace(/^.*\./, ''));
  };
  return (
    <Dialog open={open} onClose={close} title="Add a step" initialFocus={field}>
      <TextField
        ref={field}
        label="Find"
        type="search"
        placeholder="mail, issue, loop"
        hint="Enter takes the first."
        value={sought}
        onChange={({ target }) => setSought(target.value)}
        onKeyDown={(event) => {
          const [first] = found;
          if (event.key !== 'Enter' || sought === '' || !first) return;
          event.preventDefault();
          choose(first);
        }}
      />
      <p className="meta" role="status">
        {found.length === 0 ? 'No step of this kind. Try another word for it.' : ''}
      </p>
      <div className={css['choices']}>
        {[...groups].map(([group, some]) => (
          <section key={group}>
            {group !== '' && <h3>{group}</h3>}
            <ul aria-label={group || 'What the step does'}>
              {some.map((choice) => (
                <li key={choice.code}>
                  <button type="button" className={css['choice']} onClick={() => choose(choice)}>
                    <span className={css['title']}>{choice.title}</span>
                    <code className="meta">{choice.code}</code>
                    <span className="quiet">{choice.about}</span>
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
