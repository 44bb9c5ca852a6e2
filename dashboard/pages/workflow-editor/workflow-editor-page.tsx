// Edits a saved workflow.
import { useCallback, useState } from 'react';
import { isNotThere } from '../../api/errors.ts';
import { Loaded } from '../../api/loaded.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, usePathParameter } from '../../frame/router.tsx';
import { useSession } from '../../session/session.tsx';
import type { Account } from './check/check-text.ts';
import { useAccount } from './check/use-checker.ts';
import { draftKey, readDraft } from './document/drafts.ts';
import { Editor } from './editor.tsx';
import { type Theirs, useSavedWorkflow } from './saving/read-saved.ts';

export default function WorkflowEditorPage() {
  const id = usePathParameter('id');
  const account = useAccount();
  const workflow = useSavedWorkflow(id);
  if (!workflow.data && isNotThere(workflow.error))
    return (
      <Page title={id} crumbs={[{ label: 'Workflows', to: '/workflows' }]}>
        <EmptyState
          title="There is no such workflow"
          action={<Link to="/workflows/new">Begin a new workflow</Link>}
        >
          It was deleted, or there never was one with this id.
        </EmptyState>
      </Page>
    );
  if (!workflow.data || !account.data)
    return (
      <Page title={id} crumbs={[{ label: 'Workflows', to: '/workflows' }]}>
        <Loaded query={workflow} label="The workflow is loading" rows={10}>
          {() => (
            <Loaded query={account} label="The actions are loading" rows={10}>
              {() => null}
            </Loaded>
          )}
        </Loaded>
      </Page>
    );
  return <Opened key={id} id={id} workflow={workflow.data} account={account.data} />;
}

interface OpenedProps {
  readonly id: string;
  readonly workflow: Theirs;
  readonly account: Account;
}

/** What was there when the page was opened is edited; what is saved by others is told. */
function Opened({ id, workflow, account }: OpenedProps) {
  const { user } = useSession();
  const keyOf = useCallback(() => draftKey(user, id), [user, id]);
  const [{ draft, origin }] = useState(() => {
    const kept = readDraft(localStorage, keyOf());
    const { text, etag, version } = kept?.base ?? workflow;
    return { draft: kept, origin: { saved: { id, etag, version }, text } };
  });
  return <Editor account={account} origin={origin} draft={draft} draftKeyOf={keyOf} newer={workflow} />;
}
