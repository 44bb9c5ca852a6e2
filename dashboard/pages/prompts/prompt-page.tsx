// A prompt: edited with what a model would get beside it, and saved as a new version.
import { isNotThere } from '../../api/errors.ts';
import { Loaded, Missing } from '../../api/loaded.tsx';
import { buttonClass } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { Time } from '../../design-system/time.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path, usePathParameter } from '../../frame/router.tsx';
import { PromptForm } from './prompt-form.tsx';
import { useTemplate, useUses } from './prompts-data.ts';
import { UsedBy } from './used-by.tsx';

const crumbs = [{ label: 'Prompts', to: '/prompts' }];

export default function PromptPage() {
  const id = usePathParameter('id');
  return <SavedPrompt key={id} id={id} />;
}

function SavedPrompt({ id }: { readonly id: string }) {
  const query = useTemplate(id);
  const uses = useUses();
  const refresh = async () => (await query.refetch()).data;
  if (!query.data && isNotThere(query.error))
    return (
      <Page title={id} crumbs={crumbs}>
        <EmptyState
          title="There is no such prompt"
          action={<Link to="/prompts/new">Begin a new prompt</Link>}
        >
          It was deleted, or there never was one with this id.
        </EmptyState>
      </Page>
    );
  return (
    <Page
      title={query.data?.template.name ?? id}
      crumbs={crumbs}
      actions={
        <Link to={path`/prompts/${id}/versions`} className={buttonClass}>
          Versions
        </Link>
      }
    >
      <Loaded query={query} label="The prompt is loading" rows={10}>
        {(saved) => (
          <>
            <p className="quiet">
              Version {saved.template.version}, saved <Time at={saved.template.updated_at} /> by{' '}
              <span dir="auto">{saved.template.updated_by}</span>. Used by{' '}
              {uses.data ? <UsedBy workflows={uses.data.get(id) ?? []} /> : '…'}
            </p>
            <Missing query={uses} />
            <PromptForm saved={saved} refresh={refresh} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
