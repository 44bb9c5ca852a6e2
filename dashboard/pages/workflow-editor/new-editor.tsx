// The editor of a workflow that was never saved; loaded when it is wanted.
import { useState } from 'react';
import { Loaded } from '../../api/loaded.tsx';
import { Page } from '../../frame/page.tsx';
import { useSession } from '../../session/session.tsx';
import { useAccount } from './check/use-checker.ts';
import { draftKey, readDraft } from './document/drafts.ts';
import { Editor } from './editor.tsx';

interface NewEditorProps {
  /** The example's id, or `empty`. */
  readonly from: string;
  /** What it begins with. */
  readonly begun: string;
}

export default function NewEditor({ from, begun }: NewEditorProps) {
  const { user } = useSession();
  const account = useAccount();
  const key = draftKey(user, `new:${from}`);
  const [draft] = useState(() => readDraft(localStorage, key));
  if (!account.data)
    return (
      <Page title="New workflow" crumbs={[{ label: 'Workflows', to: '/workflows' }]}>
        <Loaded query={account} label="The actions are loading" rows={10}>
          {() => null}
        </Loaded>
      </Page>
    );
  const origin = { saved: undefined, text: begun };
  return <Begun origin={origin} account={account.data} draft={draft} draftKey={key} />;
}

/** What it began with stays the same for the editor's life. */
function Begun({ origin, ...rest }: Omit<Parameters<typeof Editor>[0], 'newer'>) {
  const [first] = useState(origin);
  return <Editor {...rest} origin={first} newer={undefined} />;
}
