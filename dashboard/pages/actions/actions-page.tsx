// The reference of the actions: what each takes and gives, with an example to begin with.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Loaded } from '../../api/loaded.tsx';
import { request } from '../../api/request.ts';
import { Button } from '../../design-system/button.tsx';
import { EmptyState } from '../../design-system/empty-state.tsx';
import { TextField } from '../../design-system/field.tsx';
import { Page } from '../../frame/page.tsx';
import { Link, path, useSearch } from '../../frame/router.tsx';
import { text } from '../../frame/search.ts';
import { providerName } from '../../workflow/provider-name.ts';
import { type Action, ActionView } from './action-view.tsx';
import css from './actions.module.css';

const shape = { q: text, action: text };

export default function ActionsPage() {
  const [{ q, action }, choose] = useSearch(shape);
  const [first] = useState(action);
  const query = useQuery({
    queryKey: ['actions'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await request('GET /actions', {}, { signal })).body.items,
  });
  return (
    <Page title="Actions" wide>
      <Loaded query={query} label="Actions are loading" rows={10}>
        {(all) => {
          const words = q.toLowerCase().split(/\s+/);
          const shown = all.filter(({ id, title, summary }) => {
            const said = `${id} ${title} ${summary}`.toLowerCase();
            return words.every((word) => said.includes(word));
          });
          const chosen = all.find(({ id }) => id === action);
          return (
            <div className={css['columns']}>
              <div className={css['side']}>
                <search>
                  <TextField
                    label="Find"
                    type="search"
                    placeholder="issue, mail, page …"
                    value={q}
                    onChange={({ target }) => choose({ q: target.value })}
                  />
                </search>
                {shown.length === 0 ? (
                  <EmptyState
                    title="No action does that"
                    action={<Button onClick={() => choose({ q: '' })}>Show all</Button>}
                  />
                ) : (
                  <ActionList actions={shown} chosen={action} q={q} />
                )}
              </div>
              <div className={css['main']}>
                {chosen ? (
                  <ActionView action={chosen} takesFocus={action !== first} />
                ) : (
                  <p className="quiet">
                    {action === ''
                      ? `${all.length} actions. Choose one to see what it takes and gives.`
                      : `There is no action ${action}.`}
                  </p>
                )}
              </div>
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}

interface ActionListProps {
  readonly actions: readonly Action[];
  readonly chosen: string;
  readonly q: string;
}

function ActionList({ actions, chosen, q }: ActionListProps) {
  const providers = Map.groupBy(actions, ({ provider }) => provider);
  return (
    <nav aria-label="Actions">
      {[...providers].map(([provider, some]) => (
        <section key={provider} className={css['provider']}>
          <h2>{providerName(provider)}</h2>
          <ul>
            {some.map(({ id, title }) => (
              <li key={id}>
                <Link
                  to={q === '' ? path`/actions?action=${id}` : path`/actions?q=${q}&action=${id}`}
                  className={css['entry']}
                  aria-current={id === chosen ? 'true' : undefined}
                >
                  {title}
                  <code>{id}</code>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
