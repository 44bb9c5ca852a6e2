// Connects an account, or changes a connection: its label, who may use it, its credentials.
import { useId, useState } from 'react';
import { useAttempt } from '../../api/attempt.ts';
import { ApiError } from '../../api/errors.ts';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { SelectField, TextField } from '../../design-system/field.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import {
  type Connection,
  credentialsIn,
  type Given,
  idsIn,
  knownOf,
  nameOf,
  type Provider,
  providerOf,
  providers,
} from './connection-words.ts';
import css from './connections.module.css';
import {
  type Consent,
  ConsentFields,
  consentNames,
  EVERYTHING,
  givesConsent,
  goForConsent,
} from './consent.tsx';
import { CredentialFields } from './credential-fields.tsx';

interface ConnectDialogProps {
  readonly open: boolean;
  /** The one that is changed; a new one when left out. */
  readonly existing?: Connection;
  /** The names of those that there are. */
  readonly taken?: readonly string[];
  /** Scopes that are missing, with spaces between: they are asked for. */
  readonly wanted?: string;
  onClose(): void;
  /** Asks for the list again. */
  onDone(): Promise<unknown>;
}

const providerOptions = Object.entries(providers).map(([value, { title }]) => ({ value, label: title }));

interface Fields {
  readonly provider: Provider;
  readonly id: string;
  readonly label: string;
  readonly workflows: string;
  readonly how: 'consent' | 'credentials';
  readonly scope: string;
  readonly account: string;
  /** By name; secrets are kept no longer than the dialog is open. */
  readonly credentials: Given;
}

/** What most steps use, where nobody has it yet; an HTTP request uses none that it does not name. */
function firstId(provider: Provider, taken: readonly string[]): string {
  return provider === 'http' || taken.includes(nameOf({ provider, id: 'default' })) ? '' : 'default';
}

function fieldsOf(existing: Connection | undefined, wanted: string, taken: readonly string[]): Fields {
  const provider = existing?.provider ?? 'openai';
  const isConsent = existing === undefined || existing.source === 'oauth' || wanted !== '';
  return {
    ...{ provider, how: isConsent ? 'consent' : 'credentials', scope: EVERYTHING },
    account: provider === 'github' ? (existing?.account ?? '') : '',
    id: existing?.id ?? firstId(provider, taken),
    label: existing?.label ?? '',
    workflows: existing?.workflows?.join(', ') ?? '',
    credentials: existing ? knownOf(existing) : {},
  };
}

const NONE: readonly string[] = [];

export function ConnectDialog(props: ConnectDialogProps) {
  const { open, existing, wanted = '', taken = NONE, onClose, onDone } = props;
  const form = useId();
  const [fields, setFields] = useState<Fields>(fieldsOf(existing, wanted, taken));
  const [wasOpen, setWasOpen] = useState(open);
  const { isBusy, error, attempt, forget } = useAttempt();
  if (open !== wasOpen) {
    setWasOpen(open);
    setFields(fieldsOf(existing, wanted, taken));
    forget();
  }
  const { provider } = fields;
  const chooseProvider = (chosen: Provider) => {
    const isUntouched = fields.id === firstId(provider, taken);
    const id = isUntouched ? firstId(chosen, taken) : fields.id;
    setFields({ ...fields, id, provider: chosen, credentials: {} });
  };
  const credentials = credentialsIn(provider, fields.credentials, existing && knownOf(existing));
  const consent = givesConsent(provider) && fields.how === 'consent' ? provider : undefined;
  const save = async () => {
    if (consent) {
      await attempt(() => goForConsent(consent, consentOf(existing, fields, wanted)));
      return;
    }
    let saved: Connection | undefined;
    const send = async () => {
      saved = existing ? await replace(existing, fields, credentials) : await create(fields, credentials);
    };
    if (!(await attempt(send)) || !saved) return;
    await onDone();
    const whose = saved.account === null ? '' : ` to ${saved.account}`;
    const done = existing ? 'saved' : `connected${whose}`;
    showToast({ text: `${nameOf(saved)} is ${done}`, kind: 'done' });
    onClose();
  };
  const problems = error instanceof ApiError ? error.problems : [];
  const wrong = (pointer: string) =>
    problems.find((problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`))
      ?.message;
  const isTold = problems.length > 0 && !problems.some(({ pointer }) => pointer === '/credentials');
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={existing ? `Change ${nameOf(existing)}` : 'Connect an account'}
      description={`The credentials are tried ${provider === 'http' ? 'where a path for that is given' : 'at the provider'} before they are saved, and nobody can read them here again.`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} kind="primary" busy={isBusy}>
            {consent ? `Go to ${consentNames[consent]}` : existing ? 'Save' : 'Connect'}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={css['form']}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void save();
        }}
      >
        {error && !isTold && <Problem error={error} />}
        {!existing && (
          <>
            <SelectField
              label="Provider"
              value={provider}
              options={providerOptions}
              onChange={({ target }) => chooseProvider(providerOf(target.value))}
            />
            <TextField
              label="Id"
              hint={`What steps name in “connection”. Steps that name none ${provider === 'http' ? 'send no credentials' : 'use default'}.`}
              value={fields.id}
              required
              autoComplete="off"
              error={wrong('/id')}
              onChange={({ target }) => setFields({ ...fields, id: target.value })}
            />
          </>
        )}
        {givesConsent(provider) && (
          <SelectField
            label="How"
            value={fields.how}
            options={[
              { value: 'consent', label: `By consent at ${consentNames[provider]}` },
              { value: 'credentials', label: existing ? 'Change it here' : 'With credentials' },
            ]}
            onChange={({ target }) =>
              setFields({ ...fields, how: target.value === 'consent' ? 'consent' : 'credentials' })
            }
          />
        )}
        {consent ? (
          <ConsentFields
            provider={consent}
            wanted={wanted}
            scope={fields.scope}
            account={fields.account}
            onChange={(changes) => setFields({ ...fields, ...changes })}
          />
        ) : (
          <CredentialFields
            existing={existing}
            provider={provider}
            given={fields.credentials}
            wrong={wrong}
            onChange={(given) => setFields({ ...fields, credentials: given })}
          />
        )}
        {!(consent && existing) && (
          <>
            <TextField
              label="Label"
              hint="What people call it."
              value={fields.label}
              maxLength={100}
              error={wrong('/label')}
              onChange={({ target }) => setFields({ ...fields, label: target.value })}
            />
            <TextField
              label="Only for these workflows"
              hint="Their ids, with commas between. Empty: any workflow may use it."
              value={fields.workflows}
              error={wrong('/workflows')}
              onChange={({ target }) => setFields({ ...fields, workflows: target.value })}
            />
          </>
        )}
      </form>
    </Dialog>
  );
}

/** Of a connection that there is, the label and the workflows stay. */
function consentOf(existing: Connection | undefined, fields: Fields, wanted: string): Consent {
  const { scope, account } = { ...fields, scope: wanted || fields.scope };
  if (existing) return { id: existing.id, scope, account };
  const { id, label, workflows } = fields;
  return { id: id.trim(), label: label.trim(), workflows: workflows.trim(), scope, account };
}

function described({ label, workflows }: Fields) {
  return { label: label.trim() || null, workflows: idsIn(workflows) };
}

async function create(fields: Fields, credentials: Record<string, unknown>): Promise<Connection> {
  const { provider, id } = fields;
  const body = { provider, id: id.trim(), ...described(fields), credentials };
  return (await request('POST /connections', { body })).body;
}

async function replace(
  { provider, id, version }: Connection,
  fields: Fields,
  credentials: Record<string, unknown>,
): Promise<Connection> {
  const hasNew = Object.keys(credentials).length > 0;
  const answer = await request('PUT /connections/{provider}/{id}', {
    params: { provider, id },
    headers: { 'if-match': `"${version}"` },
    body: { ...described(fields), ...(hasNew && { credentials }) },
  });
  return answer.body;
}
