// Starts a workflow: its inputs as a form or as JSON, which always mean the same.
import { type KeyboardEvent, type SubmitEvent, useEffect, useRef } from 'react';
import { ApiError, NetworkError } from '../../api/errors.ts';
import { Problem } from '../../api/loaded.tsx';
import { Button } from '../../design-system/button.tsx';
import { Field, inputClass } from '../../design-system/field.tsx';
import { ProblemNotice } from '../../design-system/problem-notice.tsx';
import { Tabs } from '../../design-system/tabs.tsx';
import { Time } from '../../design-system/time.tsx';
import { Link, path } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import { isExpress, mayHaveStarted } from '../../workflow/start-workflow.ts';
import { type Mode, WHOLE } from './form-state.ts';
import { byInput, type Input, leftOver, readText, type Unplaced } from './input-texts.ts';
import { forgetLastValues, readLastValues } from './last-values.ts';
import { runOf } from './prefill.ts';
import { runsOf } from './recent-runs.tsx';
import { StartField } from './start-field.tsx';
import css from './start-form.module.css';
import { useStartForm } from './use-start-form.ts';
import type { Workflow } from './workflow-data.ts';

interface StartFormProps {
  readonly workflow: Workflow;
  readonly prefill: string;
  /** Of the run that the link names. */
  readonly runInput: Input | undefined;
  refresh(): Promise<Workflow | undefined>;
  /** The workflow was deleted: there is nothing to start. */
  readonly isGone: boolean;
}

type Form = ReturnType<typeof useStartForm>;

export function StartForm({ workflow, prefill, runInput, refresh, isGone }: StartFormProps) {
  const { user, role } = useSession();
  const form = useStartForm({ workflow, user, prefill, runInput, refresh });
  const hasRole = role === 'editor' || role === 'admin';
  const mayStart = hasRole && !isGone;
  const element = useFirstMistake(form.refusals);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (mayStart) void form.start();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
  };
  return (
    <form ref={element} onSubmit={submit} onKeyDown={onKeyDown} noValidate className={css['form']}>
      <Notes form={form} prefill={prefill} />
      {!hasRole && (
        <p className={css['note']}>
          Starting a workflow needs the role editor, and you are logged in as{' '}
          {role || 'a user without a role'}. An admin can give it to you.
        </p>
      )}
      <Inputs form={form} isDisabled={!hasRole} />
      <div className={css['end']}>
        <Button type="submit" kind="primary" busy={form.isBusy} disabled={!mayStart}>
          Start the workflow
        </Button>
        {form.isBusy && isExpress(form.shown) && (
          <span className="quiet">It is an Express workflow: it answers when it has run.</span>
        )}
      </div>
      {hasRole && <Keeping form={form} user={user} />}
    </form>
  );
}

/** After a refusal the focus goes to the first mistake, or to what is said of the whole. */
function useFirstMistake(refusals: number) {
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusals === 0) return;
    const first = element.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-refused]');
    first?.focus();
  }, [refusals]);
  return element;
}

function Inputs({ form, isDisabled }: { readonly form: Form; readonly isDisabled: boolean }) {
  const names = Object.keys(form.declared);
  if (names.length === 0 && form.form.mode === 'form') return <p className="quiet">It takes no input.</p>;
  return (
    <Tabs<Mode>
      label="The input as"
      shown={form.form.mode}
      onShow={form.switchTo}
      tabs={[
        { id: 'form', title: 'Form', content: () => <Fields form={form} isDisabled={isDisabled} /> },
        { id: 'json', title: 'JSON', content: () => <Json form={form} isDisabled={isDisabled} /> },
      ]}
    />
  );
}

interface PanelProps {
  readonly form: Form;
  readonly isDisabled: boolean;
}

function Fields({ form, isDisabled }: PanelProps) {
  const { declared, mistakes } = form;
  const { texts } = form.form;
  return (
    <fieldset disabled={isDisabled} className={css['fields']}>
      <legend className="visually-hidden">Inputs</legend>
      {Object.entries(declared).map(([name, declaration]) => {
        const text = texts.get(name);
        const read = text === undefined ? undefined : readText(declaration, text);
        return (
          <StartField
            key={name}
            name={name}
            declaration={declaration}
            text={text}
            mistake={read && 'mistake' in read ? read.mistake : mistakes.get(name)}
            edit={(next) => form.edit(name, next)}
          />
        );
      })}
    </fieldset>
  );
}

function Json({ form, isDisabled }: PanelProps) {
  const { json } = form.form;
  const whole = form.jsonMistake ?? form.mistakes.get(WHOLE);
  const named = [...form.mistakes].filter(([name]) => name !== WHOLE);
  const error =
    whole ?? (named.length > 0 ? named.map(([name, text]) => `${name}: ${text}`).join('\n') : undefined);
  return (
    <fieldset disabled={isDisabled} className={css['fields']}>
      <legend className="visually-hidden">The input</legend>
      <Field
        label="The whole input"
        hint="Whole numbers keep all their digits."
        error={error}
        control={(control) => (
          <textarea
            {...control}
            className={`${inputClass} ${css['code']}`}
            rows={Math.min(20, Math.max(8, json.split('\n').length))}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="none"
            dir="ltr"
            value={json}
            onChange={({ target }) => form.editJson(target.value)}
          />
        )}
      />
    </fieldset>
  );
}

const sources = {
  link: 'The link has filled the form in. Nothing has been started.',
  last: 'Filled in with what you started it with last.',
  draft: 'What you typed before is still here.',
} as const;

/** What the form began with, what has changed since, and what went wrong. */
function Notes({ form, prefill }: { readonly form: Form; readonly prefill: string }) {
  const { source, unplaced, linkMistake } = form.form;
  const run = runOf(prefill);
  const left = [...unplaced, ...leftOver(form.declared, form.form.texts)];
  return (
    <>
      {form.error && <Failure form={form} error={form.error} />}
      {form.newer && (
        <div className={css['note']} role="status">
          <p>
            {form.newer.updated_by} saved version {form.newer.version}, whose inputs differ,{' '}
            <Time at={form.newer.updated_at} />.
          </p>
          <Button onClick={() => form.newer && form.adopt(form.newer)}>Show the new form</Button>
        </div>
      )}
      {form.changed && (
        <p className={css['note']} role="status">
          {form.changed.updated_by} saved version {form.changed.version} while this form was open. It shows
          the inputs of that version now; what you typed is kept.
        </p>
      )}
      {source !== 'defaults' && (
        <div className={css['note']}>
          <p>
            {source === 'run' && run !== undefined ? (
              <>
                Filled in with the input of <Link to={path`/runs/${run}`}>{run}</Link>. Nothing has been
                started.
              </>
            ) : (
              source !== 'run' && sources[source]
            )}
          </p>
          <Button onClick={form.useDefaults}>Use the defaults</Button>
        </div>
      )}
      {linkMistake !== undefined && (
        <p className={css['note']}>The link’s input cannot be read: {linkMistake}</p>
      )}
      <LeftOut values={left} />
    </>
  );
}

function LeftOut({ values }: { readonly values: readonly Unplaced[] }) {
  if (values.length === 0) return null;
  return (
    <div className={css['note']}>
      <p>No field can show these values, and they are not sent:</p>
      <ul className={css['values']}>
        {values.map(({ name, text, why }) => (
          <li key={name}>
            <code dir="auto">{name}</code> <span className="quiet">{why}.</span>
            <pre dir="auto">{text}</pre>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Failure({ form, error }: { readonly form: Form; readonly error: Error }) {
  // What stands at its field is not said twice.
  const marked = error instanceof ApiError ? byInput(error.problems).size : 0;
  if (error instanceof ApiError && marked > 0)
    return (
      <ProblemNotice
        title={error.title}
        detail={marked === 1 ? 'The input is marked below.' : `${marked} inputs are marked below.`}
        problems={error.problems.filter((problem) => byInput([problem]).size === 0)}
      />
    );
  return (
    <div tabIndex={-1} data-refused={true}>
      <Problem error={error}>{mayHaveStarted(error) && <Unsure form={form} error={error} />}</Problem>
    </div>
  );
}

/** The answer is missing, not surely the run. */
function Unsure({ form, error }: { readonly form: Form; readonly error: Error }) {
  const { shown } = form;
  if (isExpress(shown))
    return (
      <p>
        It may have run all the same, and would run once more: look at{' '}
        <Link to={runsOf(shown.id)}>its runs</Link> before you start it again.
      </p>
    );
  return (
    <p>
      {error instanceof NetworkError && 'It may have started all the same. '}
      Start it again with the same input: one run comes of it, not two.
    </p>
  );
}

/** What this browser keeps of the inputs, and how it forgets. */
function Keeping({ form, user }: { readonly form: Form; readonly user: string }) {
  if (Object.keys(form.declared).length === 0) return null;
  const { id } = form.shown;
  const { keeps, input } = form.last;
  const forget = (next: boolean) => {
    forgetLastValues(localStorage, user, id, { keeps: next });
    form.setLast(readLastValues(localStorage, user, id));
  };
  return (
    <div className={css['keeping']}>
      <label>
        <input type="checkbox" checked={keeps} onChange={({ target }) => forget(target.checked)} />
        Keep what I start it with in this browser, for next time
      </label>
      <p className="meta">
        Inputs are seen by everybody who can see the run: put no secrets in them. What is called a password, a
        token or a key is not kept here.
        {input && (
          <button type="button" className={css['small']} onClick={() => forget(true)}>
            Forget what is kept
          </button>
        )}
      </p>
    </div>
  );
}
