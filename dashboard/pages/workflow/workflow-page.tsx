// A workflow: starts it, and shows what it does, what starts it by itself and how it ran.

import { useState } from 'react';
import { isNotThere } from '../../api/errors.ts';
import { Loaded, Problem } from '../../api/loaded.tsx';
import { buttonClass } from '../../design-system/button.tsx';
import { CopyButton } from '../../design-system/copy-button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import More from '../../design-system/icons/chevron-down.ts';
import History from '../../design-system/icons/history.ts';
import Trash from '../../design-system/icons/trash-2.ts';
import { Menu } from '../../design-system/menu.tsx';
import type { MenuEntry } from '../../design-system/menu-popup.tsx';
import { Skeleton } from '../../design-system/skeleton.tsx';
import { Tabs } from '../../design-system/tabs.tsx';
import { Time } from '../../design-system/time.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path, usePathParameter, useSearch } from '../../frame/router.tsx';
import { oneOf } from '../../frame/search.ts';
import { useSession } from '../../session/session.tsx';
import { outlineOf } from '../../workflow/outline.ts';
import { isExpress } from '../../workflow/start-workflow.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import type { Input } from './input-texts.ts';
import { OutlineView } from './outline-view.tsx';
import { prefillOf, runOf } from './prefill.ts';
import { RecentRuns, runsOf } from './recent-runs.tsx';
import { StartForm } from './start-form.tsx';
import { TriggersView } from './triggers-view.tsx';
import { useRunInput, useWorkflow, type Workflow } from './workflow-data.ts';
import css from './workflow-page.module.css';

const crumbs = [{ label: 'Workflows', to: '/workflows' }];

export default function WorkflowPage() {
  const id = usePathParameter('id');
  const query = useWorkflow(id);
  const { data, error } = query;
  const isGone = isNotThere(error);
  const refresh = async () => (await query.refetch()).data;
  if (isGone && !data) return <Gone id={id} />;
  return (
    <Page
      title={data?.name ?? id}
      crumbs={crumbs}
      actions={!isGone && <Actions id={id} workflow={data} refresh={refresh} />}
    >
      {isGone && (
        <p className={css['gone']} role="alert">
          Somebody has deleted this workflow. What you see is from before; it cannot be started any more.{' '}
          <Link to={runsOf(id)}>See its runs</Link>
        </p>
      )}
      {data && isGone ? (
        <WorkflowView workflow={data} refresh={refresh} isGone />
      ) : (
        <Loaded query={query} label="The workflow is loading" rows={10}>
          {(workflow) => <WorkflowView workflow={workflow} refresh={refresh} />}
        </Loaded>
      )}
    </Page>
  );
}

function Gone({ id }: { readonly id: string }) {
  return (
    <Page title={id} crumbs={crumbs}>
      <EmptyState title="There is no such workflow" action={<Link to={runsOf(id)}>See its runs</Link>}>
        It was deleted, or there never was one with this id. Runs of a deleted workflow are kept.
      </EmptyState>
    </Page>
  );
}

interface ActionsProps {
  readonly id: string;
  /** Undefined while it is loading. */
  readonly workflow: Workflow | undefined;
  refresh(): Promise<unknown>;
}

function Actions({ id, workflow, refresh }: ActionsProps) {
  const { role } = useSession();
  const [isDeleting, setDeleting] = useState(false);
  const mayDelete = role === 'editor' || role === 'admin';
  const remove: MenuEntry = {
    label: mayDelete ? 'Delete' : 'Delete: needs the role editor',
    icon: Trash,
    danger: true,
    disabled: !mayDelete,
    act: () => setDeleting(true),
  };
  return (
    <>
      <Link to={path`/workflows/${id}/edit`} className={buttonClass}>
        Edit
      </Link>
      {workflow && (
        <>
          <Menu
            trigger={{
              className: buttonClass,
              children: (
                <>
                  More
                  <More size={16} aria-hidden="true" />
                </>
              ),
            }}
            entries={[
              {
                label: 'Versions and what they changed',
                icon: History,
                link: <Link to={path`/workflows/${id}/versions`} />,
              },
              remove,
            ]}
          />
          <DeleteDialog
            workflow={workflow}
            open={isDeleting}
            onClose={() => setDeleting(false)}
            refresh={refresh}
          />
        </>
      )}
    </>
  );
}

interface ViewProps {
  readonly workflow: Workflow;
  refresh(): Promise<Workflow | undefined>;
  /** It was deleted while it is looked at. */
  readonly isGone?: boolean;
}

function WorkflowView({ workflow, refresh, isGone = false }: ViewProps) {
  return (
    <>
      <Facts workflow={workflow} />
      <div className={css['columns']}>
        <section aria-labelledby="start" className={css['card']}>
          <h2 id="start">Start it</h2>
          <Start workflow={workflow} refresh={refresh} isGone={isGone} />
        </section>
        <section aria-label="What it is" className={css['about']}>
          <About workflow={workflow} />
        </section>
      </div>
      <RecentRuns workflow={workflow.id} />
    </>
  );
}

function Facts({ workflow }: { readonly workflow: Workflow }) {
  const { id, description, version, updated_at, updated_by } = workflow;
  return (
    <div className={css['facts']}>
      {description !== undefined && <p dir="auto">{description}</p>}
      <p className={css['meta']}>
        <span className={css['id']}>
          <code>{id}</code>
          <CopyButton text={id} label="Copy the workflow’s id" />
        </span>
        <span>
          <Link to={path`/workflows/${id}/versions`}>version {version}</Link>, saved <Time at={updated_at} />{' '}
          by {updated_by}
        </span>
        {isExpress(workflow) && <span>Express: answers when it has run, and cannot be stopped</span>}
      </p>
    </div>
  );
}

/** The form, once the run is there whose input it begins with. */
function Start({ workflow, refresh, isGone = false }: ViewProps) {
  // The link that led here; what is typed afterwards does not change it.
  const [prefill] = useState(() => prefillOf(location.search));
  const run = runOf(prefill);
  const { data, error, isFetching, refetch } = useRunInput(run);
  const [isSkipped, setSkipped] = useState(false);
  if (run !== undefined && !data && !isSkipped) {
    if (!error) return <Skeleton label="The run’s input is loading" rows={4} />;
    return (
      <Problem error={error} retry={() => void refetch()} busy={isFetching}>
        <p>The input of the run {run} could not be read.</p>
        <button type="button" className={css['skip']} onClick={() => setSkipped(true)}>
          Go on without it
        </button>
      </Problem>
    );
  }
  return (
    <StartForm
      key={prefill}
      workflow={workflow}
      prefill={prefill}
      runInput={inputOf(data?.input)}
      refresh={refresh}
      isGone={isGone}
    />
  );
}

function inputOf(value: unknown): Input | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

const shape = { show: oneOf(['steps', 'triggers', 'json'], 'steps') };

function About({ workflow }: { readonly workflow: Workflow }) {
  const [{ show }, choose] = useSearch(shape);
  const count = workflow.triggers?.length ?? 0;
  return (
    <Tabs
      label="What it is"
      shown={show}
      onShow={(next) => choose({ show: next })}
      tabs={[
        { id: 'steps', title: 'Steps', content: () => <OutlineView outline={outlineOf(workflow)} /> },
        {
          id: 'triggers',
          title: count > 0 ? `Triggers (${count})` : 'Triggers',
          content: () => <TriggersView workflow={workflow} />,
        },
        { id: 'json', title: 'JSON', content: () => <Json workflow={workflow} /> },
      ]}
    />
  );
}

/** As it can be sent back: without what the service adds. */
function Json({ workflow }: { readonly workflow: Workflow }) {
  const { version: _, created_at: _at, updated_at: _changed, updated_by: _by, ...document } = workflow;
  const text = JSON.stringify(document, null, 2);
  return (
    <div className={css['json']}>
      <CopyButton text={text} label="Copy the workflow’s JSON" />
      <pre dir="ltr">{text}</pre>
    </div>
  );
}
