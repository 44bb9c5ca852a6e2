// All webhooks of all workflows: the address, how a delivery is signed, and what came lately.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { firstPages } from '../../api/first-pages.ts';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { CopyButton } from '../../design-system/copy-button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path } from '../../frame/router.tsx';
import { verifyName } from '../../workflow/verify-name.ts';
import { Deliveries } from './deliveries.tsx';
import { example, isOnLaptop, steps, storing, type Webhook } from './signing.ts';
import css from './webhooks.module.css';

export default function WebhooksPage() {
  const [pages, setPages] = useState(1);
  const webhooks = useQuery({
    queryKey: ['webhooks', pages],
    queryFn: ({ signal }) =>
      firstPages(pages, (cursor) => request('GET /hooks', { query: { limit: 100, cursor } }, { signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title="Webhooks">
      <Loaded query={webhooks} label="Webhooks are loading">
        {({ items, hasMore }) => (
          <>
            {items.length === 0 && !hasMore ? (
              <EmptyState
                title="No workflow has a webhook yet"
                action={<Link to="/workflows">Give one to a workflow</Link>}
              >
                In a workflow’s editor, under “What starts it”, “Add a webhook” gives it an address that
                GitHub, Stripe, Slack or a program of yours sends to. It is listed here as soon as it is
                saved.
              </EmptyState>
            ) : (
              <p className="quiet">
                A delivery that is refused starts nothing, and its sender is not told why. The reason is
                below, under “Recent deliveries”; of more than ten a minute, some are only in the log of the
                function <code>api-hooks</code>.
              </p>
            )}
            <ul aria-label="Webhooks">
              {items.map((webhook) => (
                <li key={`${webhook.workflow_id} ${webhook.trigger}`}>
                  <WebhookRow
                    webhook={webhook}
                    isOnly={
                      items.filter(({ workflow_id }) => workflow_id === webhook.workflow_id).length === 1
                    }
                  />
                </li>
              ))}
            </ul>
            {hasMore && (
              <div>
                <Button busy={webhooks.isPlaceholderData} onClick={() => setPages(pages + 1)}>
                  Show those of more workflows
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

interface WebhookRowProps {
  readonly webhook: Webhook;
  /** The workflow has no other webhook. */
  readonly isOnly: boolean;
}

function WebhookRow({ webhook, isOnly }: WebhookRowProps) {
  const address = `${location.origin}/hooks/${webhook.id}`;
  const command = example(webhook, address);
  return (
    <article className={css['webhook']} aria-labelledby={`webhook-${webhook.id}`}>
      <h2 id={`webhook-${webhook.id}`} dir="auto">
        <Link to={path`/workflows/${webhook.workflow_id}`} className={css['name']}>
          {webhook.workflow_id}
        </Link>
      </h2>
      <div className={css['address']}>
        <code>{address}</code>
        <CopyButton text={address} label="Copy the address" />
      </div>
      <p>
        Verified as {verifyName(webhook.webhook.verify)}, with the secret of the connection{' '}
        <code>{webhook.connection}</code>
        {!webhook.enabled && '. It is off: the workflow says "enabled": false'}
      </p>
      <details>
        <summary>How to store its secret</summary>
        <p>
          An admin stores it under <Link to="/connections">Connections</Link>, as the connection{' '}
          <code>{webhook.connection}</code>. It is the SSM parameter <code>{webhook.parameter}</code> of the
          AWS account: who may write that stores it with the AWS CLI, and a new secret takes effect at once:
        </p>
        <Command text={storing(webhook)} label="Copy the commands that store it" />
        {isOnLaptop(webhook) && (
          <p className="meta">
            The port is the one of the AWS endpoint that <code>npm start</code> has printed.
          </p>
        )}
      </details>
      <details>
        <summary>How to send to it</summary>
        <ol className={css['steps']}>
          {steps(webhook).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        {command !== undefined && <Command text={command} label="Copy the command" />}
      </details>
      <Deliveries hook={webhook.id} workflowId={webhook.workflow_id} isOnly={isOnly} />
    </article>
  );
}

function Command({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={css['command']}>
      <pre>{text}</pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
