// The form of a prompt. What is typed outlives a reload; two people who save at once lose nothing.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/errors.ts';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { TextArea, TextField } from '../../design-system/field.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { useDraft } from '../../frame/draft.ts';
import { path, useNavigate } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import { Preview } from './preview.tsx';
import {
  declaredOf,
  draftOf,
  emptyDraft,
  type PromptDraft,
  readDraft,
  type Template,
  templateOf,
  variablesOf,
} from './prompt-draft.ts';
import css from './prompts.module.css';
import { VariableFields } from './variable-fields.tsx';

interface Saved {
  readonly template: Template;
  readonly etag: string;
}

interface PromptFormProps {
  /** Undefined for a new one. */
  readonly saved: Saved | undefined;
  refresh(): Promise<Saved | undefined>;
}

export function PromptForm({ saved, refresh }: PromptFormProps) {
  const { role } = useSession();
  const mayEdit = role === 'editor' || role === 'admin';
  const [text, write, clear] = useDraft(`prompt:${saved?.template.id ?? ''}`);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const draft = readDraft(text) ?? (saved ? draftOf(saved.template) : emptyDraft);
  const isChanged = text !== '';
  const change = (changes: Partial<PromptDraft>) => write(JSON.stringify({ ...draft, ...changes }));
  const saving = useSaving(draft, saved, refresh, clear);
  const problem = (field: string) => saving.problems.find(({ pointer }) => pointer === `/${field}`)?.message;
  const variables = variablesOf(draft);
  const declared = declaredOf(draft);
  const field = (name: 'name' | 'description' | 'system_prompt' | 'user_prompt' | 'model') => ({
    value: draft[name],
    readOnly: !mayEdit,
    error: problem(name),
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      change({ [name]: target.value }),
  });
  return (
    <form
      className={css['columns']}
      onSubmit={(event) => {
        event.preventDefault();
        void saving.save();
      }}
    >
      <div className={css['form']}>
        {!saved && (
          <TextField
            label="Id"
            hint="What steps name it by: a-z, 0-9, _ and -. It cannot be changed later."
            value={draft.id}
            readOnly={!mayEdit}
            required
            error={problem('id')}
            onChange={({ target }) => change({ id: target.value })}
          />
        )}
        <TextField label="Name" required {...field('name')} />
        <TextArea label="What it is for" rows={2} {...field('description')} />
        <TextArea label="How the model is to act" rows={5} {...field('system_prompt')} />
        <TextArea label="What the model is asked" rows={10} required {...field('user_prompt')} />
        <p className="meta">
          <code>{'{{ name }}'}</code> in a text is a variable.
        </p>
        <TextField
          label="Model"
          hint="Where the step names none. Leave it empty for the step’s default."
          {...field('model')}
        />
        <VariableFields
          variables={variables}
          readOnly={!mayEdit}
          onChange={(name, changes) => {
            const before = variables[name] ?? { description: '', default: '' };
            change({ variables: { ...variables, [name]: { ...before, ...changes } } });
          }}
        />
        {saving.error && (
          <Problem error={saving.error}>
            {saving.isConflict && (
              <p className={css['buttons']}>
                <Button onClick={() => void saving.save('mine')}>Save mine over it</Button>
                <Button onClick={() => void saving.takeTheirs()}>Take theirs, drop mine</Button>
              </p>
            )}
          </Problem>
        )}
        <p className={css['buttons']}>
          <Button type="submit" kind="primary" busy={saving.isBusy} disabled={!mayEdit || !isChanged}>
            Save prompt
          </Button>
          {isChanged && <Button onClick={clear}>Drop my changes</Button>}
        </p>
        {!mayEdit && (
          <p className="quiet">Saving needs an editor. You are logged in as {role || 'nobody'}.</p>
        )}
      </div>
      <section className={css['seen']} aria-labelledby="seen">
        <h2 id="seen">What a model would get</h2>
        {Object.keys(variables).map((name) => (
          <TextArea
            key={name}
            label={name}
            rows={2}
            placeholder={variables[name]?.default || variables[name]?.description || 'A value to try'}
            value={values[name] ?? ''}
            onChange={({ target }) => setValues({ ...values, [name]: target.value })}
          />
        ))}
        <Preview title="System" text={draft.system_prompt} variables={declared} values={values} />
        <Preview title="User" text={draft.user_prompt} variables={declared} values={values} />
      </section>
    </form>
  );
}

function useSaving(
  draft: PromptDraft,
  saved: Saved | undefined,
  refresh: PromptFormProps['refresh'],
  clear: () => void,
) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  // What the user has seen: a version that comes meanwhile is not replaced unasked.
  const [seen, setSeen] = useState(saved?.etag);
  const isConflict = error instanceof ApiError && error.status === 412;
  const save = async (which?: 'mine') => {
    setBusy(true);
    setError(undefined);
    try {
      const body = templateOf(draft, saved?.template);
      if (!saved) await request('POST /templates', { body });
      else {
        const etag = which === 'mine' ? saved.etag : seen;
        const answer = await request('PUT /templates/{id}', {
          params: { id: draft.id },
          headers: { 'if-match': etag },
          body,
        });
        setSeen(answer.etag);
      }
      await refresh();
      await queries.invalidateQueries({ queryKey: ['templates'] });
      await queries.invalidateQueries({ queryKey: ['template', draft.id, 'versions'] });
      clear();
      showToast({ text: `${draft.name} is saved`, kind: 'done' });
      if (!saved) navigate(path`/prompts/${draft.id}`, { replace: true });
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
      if (thrown instanceof ApiError && thrown.status === 412) await refresh();
    } finally {
      setBusy(false);
    }
  };
  const takeTheirs = async () => {
    const theirs = await refresh();
    setSeen(theirs?.etag);
    setError(undefined);
    clear();
  };
  return {
    isBusy,
    error,
    isConflict,
    problems: error instanceof ApiError ? error.problems : [],
    save,
    takeTheirs,
  };
}
