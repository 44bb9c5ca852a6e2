// What starts a workflow by itself.

import { CopyButton } from '../../design-system/copy-button.tsx';
import Schedule from '../../design-system/icons/calendar-clock.ts';
import Webhook from '../../design-system/icons/webhook.ts';
import { scheduleWords } from '../../workflow/schedule-words.ts';
import { Fields } from '../../workflow/value-view.tsx';
import { verifyName } from '../../workflow/verify-name.ts';
import type { Workflow } from './workflow-data.ts';
import css from './workflow-page.module.css';

type Trigger = NonNullable<Workflow['triggers']>[number];

export function TriggersView({ workflow }: { readonly workflow: Workflow }) {
  const { id, triggers = [] } = workflow;
  if (triggers.length === 0)
    return <p className="quiet">Nothing starts it by itself: people and programs do.</p>;
  return (
    <ul className={css['triggers']}>
      {triggers.map((trigger, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a trigger is named by its place
        <li key={position}>
          <TriggerView workflow={id} trigger={trigger} />
          {trigger.enabled === false && <p className={`meta ${css['small']}`}>Off: it starts nothing.</p>}
          {trigger.input && (
            <div className={css['small']}>
              <p className="meta">The run is given:</p>
              <Fields value={trigger.input} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function TriggerView({ workflow, trigger }: { readonly workflow: string; readonly trigger: Trigger }) {
  if ('schedule' in trigger)
    return (
      <p className={css['trigger']}>
        <Schedule size={16} aria-hidden="true" />
        <span>
          {scheduleWords(trigger.schedule) ?? <code>{trigger.schedule}</code>}, {trigger.timezone ?? 'UTC'}
        </span>
      </p>
    );
  const { name, verify } = trigger.webhook;
  const address = `/hooks/${workflow}${name === undefined ? '' : `.${name}`}`;
  return (
    <p className={css['trigger']}>
      <Webhook size={16} aria-hidden="true" />
      <span>
        Webhook <code>{address}</code>, verified as {verifyName(verify)}
      </span>
      <CopyButton text={new URL(address, location.origin).href} label="Copy the webhook’s address" />
    </p>
  );
}
