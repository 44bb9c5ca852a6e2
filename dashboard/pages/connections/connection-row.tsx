// One connection: whose account it is, what it may do, what uses it, and what can be done about it.
import { useEffect, useRef, useState } from 'react';
import { useAttempt } from '../../api/attempt.ts';
import { Problem } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { besideItem } from '../../design-system/beside-item.ts';
import { Button } from '../../design-system/button.tsx';
import { StatusBadge } from '../../design-system/status-badge.tsx';
import { Time } from '../../design-system/time.tsx';
import { showToast } from '../../design-system/toast-list.ts';
import { Link, path } from '../../frame/router.tsx';
import { providerName } from '../../workflow/provider-name.ts';
import { ConnectDialog } from './connect-dialog.tsx';
import { type Connection, nameOf, shortScope, sourceWords, statusWords } from './connection-words.ts';
import css from './connections.module.css';
import { DeleteDialog } from './delete-dialog.tsx';

interface ConnectionRowProps {
  readonly connection: Connection;
  readonly isAdmin: boolean;
  /** A link has led to it. */
  readonly isMeant: boolean;
  /** Scopes that the link asks for. */
  readonly wanted: string;
  /** Asks for the list again. */
  onChange(): Promise<unknown>;
}

export function ConnectionRow({ connection, isAdmin, isMeant, wanted, onChange }: ConnectionRowProps) {
  const { provider, id, status, account, label, tested_at, last_failure } = connection;
  const name = nameOf(connection);
  const heading = `connection-${provider}-${id}`;
  const [dialog, setDialog] = useState<'replace' | 'delete' | undefined>(
    isAdmin && wanted !== '' && provider === 'google' ? 'replace' : undefined,
  );
  const [asked, setAsked] = useState(wanted);
  const { isBusy, error, attempt } = useAttempt();
  const article = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isMeant) article.current?.scrollIntoView({ block: 'center' });
  }, [isMeant]);
  const test = async () => {
    let tested: Connection | undefined;
    const ask = async () => {
      const { body } = await request('POST /connections/{provider}/{id}/test', { params: { provider, id } });
      tested = body;
    };
    if (await attempt(ask)) showToast(outcome(name, tested));
    await onChange();
  };
  return (
    <article
      ref={article}
      className={css['connection']}
      aria-labelledby={heading}
      aria-current={isMeant || undefined}
    >
      <div className={css['what']}>
        <h2 id={heading}>
          <bdi>{name}</bdi>
        </h2>
        <p>
          <StatusBadge {...statusWords[status]} /> <bdi>{account ?? providerName(provider)}</bdi>
          {label !== null && (
            <span className="quiet">
              {' '}
              · <bdi>{label}</bdi>
            </span>
          )}
        </p>
        <Facts connection={connection} />
        {isAdmin && provider === 'google' && connection.missing.length > 0 && (
          <p>
            <Button
              onClick={() => {
                setAsked(narrowest(connection));
                setDialog('replace');
              }}
            >
              Add what is missing
            </Button>
          </p>
        )}
        {last_failure && (
          <p dir="auto" className={css['failure']}>
            {withoutThisPage(last_failure.message)}{' '}
            <span className="meta">
              <Time at={last_failure.at} />
            </span>
          </p>
        )}
        <p className="meta">
          {sourceWords(connection)}
          {tested_at !== null && (
            <>
              . Tried <Time at={tested_at} />
            </>
          )}
        </p>
        {error && <Problem error={error} />}
      </div>
      <div className={css['actions']}>
        <Button
          busy={isBusy}
          disabled={provider === 'webhook'}
          title={whyNoTest(provider)}
          onClick={() => void test()}
        >
          Test
        </Button>
        {isAdmin && (
          <>
            <Button
              kind={status === 'needs_reconnect' ? 'primary' : 'default'}
              onClick={() => {
                setAsked('');
                setDialog('replace');
              }}
            >
              {status === 'needs_reconnect' ? 'Connect again' : 'Change'}
            </Button>
            <Button onClick={() => setDialog('delete')}>Delete</Button>
          </>
        )}
      </div>
      <ConnectDialog
        open={dialog === 'replace'}
        existing={connection}
        wanted={asked}
        onClose={() => setDialog(undefined)}
        onDone={onChange}
      />
      <DeleteDialog
        open={dialog === 'delete'}
        connection={connection}
        onClose={() => setDialog(undefined)}
        focusAfter={() => besideItem(article.current)}
        onDone={onChange}
      />
    </article>
  );
}

/** Of each action that lacks a scope the one that allows least. */
function narrowest({ missing }: Connection): string {
  return [...new Set(missing.flatMap(({ any_of: [scope] }) => scope ?? []))].join(' ');
}

function Facts({
  connection: { base_url, scopes, missing, workflows, used_by },
}: {
  readonly connection: Connection;
}) {
  return (
    <dl className={css['facts']}>
      {base_url !== null && (
        <>
          <dt>Server</dt>
          <dd>
            <code>{base_url}</code>
          </dd>
        </>
      )}
      {scopes !== null && (
        <>
          <dt>Scopes</dt>
          <dd>{scopes.length === 0 ? 'none' : scopes.map(shortScope).join(', ')}</dd>
        </>
      )}
      {missing.length > 0 && (
        <>
          <dt>Missing</dt>
          <dd>
            {missing.map(({ action, any_of }) => (
              <p key={action}>
                <code>{action}</code> needs {any_of.map(shortScope).join(' or ')}
              </p>
            ))}
          </dd>
        </>
      )}
      {workflows !== null && (
        <>
          <dt>Only for</dt>
          <dd>
            <WorkflowLinks ids={workflows} />
          </dd>
        </>
      )}
      <dt>Used by</dt>
      <dd>{used_by.length === 0 ? 'no workflow' : <WorkflowLinks ids={used_by} />}</dd>
    </dl>
  );
}

function WorkflowLinks({ ids }: { readonly ids: readonly string[] }) {
  return ids.map((id, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <Link to={path`/workflows/${id}`}>{id}</Link>
    </span>
  ));
}

function outcome(name: string, tested: Connection | undefined) {
  if (tested?.status === 'connected') return { text: `${name} works`, kind: 'done' as const };
  if (tested?.status === 'untested')
    return { text: `${name} has nothing that could be asked`, kind: 'done' as const };
  return { text: `${name} has to be connected again`, kind: 'failed' as const };
}

/** Of a run’s error: it ends with the address of where one is already. */
const withoutThisPage = (message: string): string => message.replace(/ \(\/app\/connections\?[^()]*\)$/, '');

function whyNoTest(provider: Connection['provider']): string | undefined {
  return provider === 'webhook'
    ? 'The sender alone knows the secret: a delivery shows whether it is right'
    : undefined;
}
