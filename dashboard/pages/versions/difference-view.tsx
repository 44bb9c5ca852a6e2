// A difference as it is read: each step or field that differs, with the lines before and after.
import Moved from '../../design-system/icons/arrow-up-down.ts';
import Removed from '../../design-system/icons/circle-minus.ts';
import Added from '../../design-system/icons/circle-plus.ts';
import Changed from '../../design-system/icons/pencil.ts';
import { type Difference, type FieldChange, lineDifference, type StepChange } from './difference.ts';
import css from './versions.module.css';

const icons = { added: Added, removed: Removed, changed: Changed, moved: Moved };
const words = { added: 'added', removed: 'removed', changed: 'changed', moved: 'moved' };

export function DifferenceView({ difference }: { readonly difference: Difference }) {
  const { fields, steps } = difference;
  if (fields.length === 0 && steps.length === 0)
    return <p className="quiet">Nothing differs between these two versions.</p>;
  return (
    <ul className={css['changes']} aria-label="What differs">
      {fields.length > 0 && (
        <li className={css['change']}>
          <h3>The document itself</h3>
          <Fields fields={fields} />
        </li>
      )}
      {steps.map((step) => (
        <StepDifference key={`${step.what} ${step.id}`} step={step} />
      ))}
    </ul>
  );
}

function StepDifference({ step: { id, kind, what, fields, place } }: { readonly step: StepChange }) {
  const Icon = icons[what];
  return (
    <li className={css['change']} data-what={what}>
      <h3>
        <Icon size={16} aria-hidden="true" /> <span dir="auto">{id}</span>{' '}
        <span className={css['what']}>{words[what]}</span>
        <span className="meta">
          {' '}
          {kind}
          {place !== undefined && (what === 'added' ? `, ${place}` : `, now ${place}`)}
        </span>
      </h3>
      <Fields fields={fields} />
    </li>
  );
}

function Fields({ fields }: { readonly fields: readonly FieldChange[] }) {
  return (
    <dl className={css['fields']}>
      {fields.map(({ name, before, after }) => (
        <div key={name}>
          <dt>
            <code dir="auto">{name}</code>
          </dt>
          <dd>
            <Lines before={before} after={after} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const signs = { same: ' ', removed: '−', added: '+' };
const read = { same: '', removed: 'before: ', added: 'now: ' };

function Lines({ before, after }: Pick<FieldChange, 'before' | 'after'>) {
  return (
    <div className={css['lines']}>
      {lineDifference(before, after).map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else that tells them apart
        <div key={index} className={css['line']} data-kind={kind}>
          <span className={css['sign']} aria-hidden="true">
            {signs[kind]}
          </span>
          <span className="visually-hidden">{read[kind]}</span>
          <span dir="auto">{text === '' ? ' ' : text}</span>
        </div>
      ))}
    </div>
  );
}
