// Begins a workflow: from an example, or from nothing. The editor is loaded once one of them is chosen.
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Skeleton } from '../../design-system/skeleton.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path, useMovedAddress, useSearch } from '../../frame/router.tsx';
import { text } from '../../frame/search.ts';
import { useSession } from '../../session/session.tsx';
import { actionWorkflow } from '../../workflow/action-step.ts';
import { draftKey, readDraft } from './document/drafts.ts';
import { EMPTY_WORKFLOW, newWorkflow } from './document/new-workflow.ts';
import { examples } from './examples.ts';
import css from './new-workflow-page.module.css';

const NewEditor = lazy(() => import('./new-editor.tsx'));

const crumbs = [{ label: 'Workflows', to: '/workflows' }];
const shape = { from: text };

export default function NewWorkflowPage() {
  const [{ from }] = useSearch(shape);
  const [isMoved, move] = useMovedAddress();
  const [begun, setBegun] = useState(from);
  if (from !== '' && from !== begun) setBegun(from);
  // Once it is saved its address is that of its own editor, and this one goes on.
  const onSaved = (id: string) => {
    const search = new URLSearchParams(location.search);
    search.delete('from');
    const chosen = search.toString();
    move(path`/workflows/${id}/edit` + (chosen === '' ? '' : `?${chosen}`));
  };
  const shown = isMoved ? begun : from;
  return shown === '' ? <Choice /> : <Begun key={shown} from={shown} onSaved={onSaved} />;
}

function Choice() {
  const { user } = useSession();
  const written = (from: string) =>
    readDraft(localStorage, draftKey(user, `new:${from}`)) && (
      <span className={css['written']}>You had begun it and not saved: it goes on from there</span>
    );
  return (
    <Page title="New workflow" crumbs={crumbs}>
      <p>Begin with an example, which opens filled in and is saved only when you save it.</p>
      <ul className={css['examples']}>
        {examples.map(({ id, name, description }) => (
          <li key={id}>
            <Link to={`/workflows/new?from=${id}`} className={css['example']}>
              <span className={css['name']}>{name}</span>
              <span className="quiet">{description}</span>
              {written(id)}
            </Link>
          </li>
        ))}
        <li>
          <Link to="/workflows/new?from=empty" className={css['example']}>
            <span className={css['name']}>Empty workflow</span>
            <span className="quiet">No steps yet</span>
            {written('empty')}
          </Link>
        </li>
      </ul>
    </Page>
  );
}

/** `action:github.create_issue` begins with a step that calls it. */
async function ofAction(from: string, signal: AbortSignal): Promise<string> {
  const id = from.startsWith('action:') ? from.slice('action:'.length) : undefined;
  if (id === undefined) return EMPTY_WORKFLOW;
  const { body } = await request('GET /actions', {}, { signal });
  const action = body.items.find((one) => one.id === id);
  return action ? actionWorkflow(action) : EMPTY_WORKFLOW;
}

function Begun({ from, onSaved }: { readonly from: string; onSaved(id: string): void }) {
  const begun = useQuery({
    queryKey: ['workflows', 'new', from],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const example = examples.find(({ id }) => id === from);
      const [written, { body }] = await Promise.all([
        example?.load() ?? ofAction(from, signal),
        request('GET /workflows', { query: { limit: 100 } }, { signal }),
      ]);
      return newWorkflow(written, new Set(body.items.map(({ id }) => id)));
    },
  });
  const waiting = <Skeleton label="The editor is loading" rows={10} />;
  if (begun.data === undefined)
    return (
      <Page title="New workflow" crumbs={crumbs}>
        <Loaded query={begun} label="The example is loading" rows={10}>
          {() => null}
        </Loaded>
      </Page>
    );
  return (
    <Suspense fallback={waiting}>
      <NewEditor from={from} begun={begun.data} onSaved={onSaved} />
    </Suspense>
  );
}
