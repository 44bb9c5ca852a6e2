// The prompts: templates for models, and which workflows use each.
import { Loaded, Missing } from '../../api/loaded.tsx';
import type { AnswerBody } from '../../api/routes.ts';
import { Button, primaryClass } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { TextField } from '../../design-system/field.tsx';
import { type Column, rowLink, Table } from '../../design-system/table.tsx';
import { Time } from '../../design-system/time.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path, useSearch } from '../../frame/router.tsx';
import { text } from '../../frame/search.ts';
import css from './prompts.module.css';
import { type UsingWorkflow, useTemplates, useUses } from './prompts-data.ts';
import { UsedBy } from './used-by.tsx';

type Template = AnswerBody<'GET /templates'>['items'][number];
type Uses = ReadonlyMap<string, readonly UsingWorkflow[]> | undefined;

const shape = { q: text };

export default function PromptsPage() {
  const [{ q }, choose] = useSearch(shape);
  const templates = useTemplates();
  const uses = useUses();
  const create = (
    <Link to="/prompts/new" className={primaryClass}>
      New prompt
    </Link>
  );
  return (
    <Page title="Prompts" actions={create}>
      <Loaded query={templates} label="Prompts are loading" rows={6}>
        {({ pages }) => {
          const all = pages.flatMap(({ items }) => items);
          if (all.length === 0)
            return (
              <EmptyState title="There is no prompt yet">
                A prompt is a text for a model with variables in it. A step that asks a model names it as its
                template, and gives the variables.
              </EmptyState>
            );
          const words = q.toLowerCase();
          const shown = all.filter(({ id, name, description }) =>
            `${id} ${name} ${description ?? ''}`.toLowerCase().includes(words),
          );
          return (
            <>
              <Missing query={uses} />
              <search className={css['search']}>
                <TextField
                  label="Find"
                  type="search"
                  placeholder="Name, id or description"
                  value={q}
                  onChange={({ target }) => choose({ q: target.value })}
                />
              </search>
              {shown.length === 0 ? (
                <EmptyState
                  title="No prompt is called so"
                  action={<Button onClick={() => choose({ q: '' })}>Show all</Button>}
                />
              ) : (
                <Table
                  label="Prompts"
                  columns={columnsWith(uses.data)}
                  rows={shown}
                  rowKey={({ id }) => id}
                />
              )}
              {templates.hasNextPage && (
                <div>
                  <Button busy={templates.isFetchingNextPage} onClick={() => void templates.fetchNextPage()}>
                    Load more prompts
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function columnsWith(uses: Uses): readonly Column<Template>[] {
  return [
    {
      id: 'name',
      title: 'Prompt',
      phone: 'title',
      cell: ({ id, name }) => (
        <Link to={path`/prompts/${id}`} className={rowLink} dir="auto">
          {name}
        </Link>
      ),
    },
    {
      id: 'description',
      title: 'What it is for',
      grows: true,
      cell: ({ description }) => (
        <span className="quiet" dir="auto" title={description ?? undefined}>
          {description}
        </span>
      ),
    },
    {
      id: 'uses',
      title: 'Used by',
      phone: 'none',
      cell: ({ id }) => uses && <UsedBy workflows={uses.get(id) ?? []} />,
    },
    {
      id: 'saved',
      title: 'Saved',
      phone: 'none',
      cell: ({ updated_at }) => <Time at={updated_at} />,
    },
  ];
}
