// The editor of a workflow that was never saved, and stays with it once it was; loaded when it is wanted.
import { useCallback, useState } from 'react';
import { Loaded } from '../../api/loaded.tsx';
import { Page } from '../../frame/page.tsx';
import { useSession } from '../../session/session.tsx';
import { useAccount } from './check/use-checker.ts';
import { draftKey, readDraft } from './document/drafts.ts';
import { Editor } from './editor.tsx';
import { useSavedWorkflow } from './saving/read-saved.ts';

interface NewEditorProps {
  /** The example's id, or `empty`. */
  readonly from: string;
  /** What it begins with. */
  readonly begun: string;
  /** It is saved for the first time. */
  onSaved(id: string): void;
}

export default function NewEditor({ from, begun, onSaved }: NewEditorProps) {
  const { user } = useSession();
  const account = useAccount();
  const [saved, setSaved] = useState<string>();
  const newer = useSavedWorkflow(saved).data;
  // What it began with stays the same for the editor's life.
  const [{ origin, draft }] = useState(() => ({
    origin: { saved: undefined, text: begun },
    draft: readDraft(localStorage, draftKey(user, `new:${from}`)),
  }));
  const draftKeyOf = useCallback((id = `new:${from}`) => draftKey(user, id), [user, from]);
  if (!account.data)
    return (
      <Page title="New workflow" crumbs={[{ label: 'Workflows', to: '/workflows' }]}>
        <Loaded query={account} label="The actions are loading" rows={10}>
          {() => null}
        </Loaded>
      </Page>
    );
  return (
    <Editor
      origin={origin}
      account={account.data}
      draft={draft}
      draftKeyOf={draftKeyOf}
      newer={newer}
      onSaved={(id) => {
        setSaved(id);
        onSaved(id);
      }}
    />
  );
}
