// An agent's turns as a conversation: what its model said, what it called, what came back.
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { Duration } from '../../design-system/time.tsx';
import { usageText } from '../../design-system/usage-text.ts';
import { ValueView } from '../../workflow/value-view.tsx';
import type { StepDetail } from './run-data.ts';
import css from './run-page.module.css';

type Turn = NonNullable<StepDetail['turns']>[number];
type Call = Turn['calls'][number];

export function Turns({ turns }: { readonly turns: readonly Turn[] }) {
  return (
    <ol className={css['turns']}>
      {turns.map((turn, position) => (
        <li key={turn.started_at}>
          <p className="meta">
            Turn {position + 1} · <Duration from={turn.started_at} to={turn.ended_at} />
            {turn.usage && ` · ${usageText(turn.usage)}`}
            {turn.attempts > 1 && ` · ${turn.attempts} attempts`}
          </p>
          {turn.text && (
            <p className={css['said']} dir="auto">
              {turn.text}
            </p>
          )}
          {turn.error && (
            <p className={css['message']} dir="auto">
              {turn.error.name}: {turn.error.message}
            </p>
          )}
          {turn.calls.map((call) => (
            <ToolCall key={`${call.id} ${call.started_at}`} call={call} />
          ))}
        </li>
      ))}
    </ol>
  );
}

function ToolCall({ call }: { readonly call: Call }) {
  const status = call.status === 'refused' ? 'failed' : call.status;
  return (
    <details className={css['call']}>
      <summary>
        <StatusBadge status={status} {...(call.status === 'refused' && { word: 'Refused' })} />
        <code>{call.action}</code>
      </summary>
      <h4>Called with</h4>
      <ValueView name="the arguments" value={call.input} />
      {call.error ? (
        <p className={css['message']} dir="auto">
          {call.error.name}: {call.error.message}
        </p>
      ) : (
        <>
          <h4>Gave</h4>
          <ValueView name="the result" value={call.output} />
        </>
      )}
    </details>
  );
}
