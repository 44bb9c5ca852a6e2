// Chooses what a new step does: an action, or one of the language's own kinds of steps.
import { useState } from 'react';
import { Dialog } from '../../../design-system/dialog.tsx';
import { TextField } from '../../../design-system/field.tsx';
import type { Action } from '../check/check-text.ts';
import css from './add-step.module.css';
import { kindChoices, newStepOf, soughtIn } from './new-steps.ts';

interface AddStepProps {
  readonly open: boolean;
  readonly actions: readonly Action[];
  close(): void;
  /** @param wanted an id for it, when it is free */
  add(step: Readonly<Record<string, unknown>>, wanted: string): void;
}

export function AddStep({ open, actions, close, add }: AddStepProps) {
  const [sought, setSought] = useState('');
  const choose = (step: Readonly<Record<string, unknown>>, wanted: string) => {
    setSought('');
    add(step, wanted);
  };
  const kinds = soughtIn(kindChoices, sought, ({ kind, title, about }) => `${kind} ${title} ${about}`);
  const found = soughtIn(actions, sought, ({ id, title, summary }) => `${id} ${title} ${summary}`);
  return (
    <Dialog open={open} onClose={close} title="Add a step">
      <TextField
        label="Find"
        type="search"
        placeholder="mail, issue, loop"
        value={sought}
        onChange={({ target }) => setSought(target.value)}
      />
      <p className="meta" role="status">
        {found.length + kinds.length === 0 ? 'Nothing is called so' : ''}
      </p>
      <ul className={css['choices']} aria-label="What the step does">
        {found.map((action) => (
          <li key={action.id}>
            <button
              type="button"
              className={css['choice']}
              onClick={() => choose(newStepOf(action), action.id.replace(/^.*\./, ''))}
            >
              <span className={css['title']}>{action.title}</span>
              <code className="meta">{action.id}</code>
              <span className="quiet">{action.summary}</span>
            </button>
          </li>
        ))}
        {kinds.map(({ kind, title, about, step }) => (
          <li key={kind}>
            <button type="button" className={css['choice']} onClick={() => choose(step, kind)}>
              <span className={css['title']}>{title}</span>
              <code className="meta">{kind}</code>
              <span className="quiet">{about}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
