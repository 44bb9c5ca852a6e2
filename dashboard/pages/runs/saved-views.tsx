// The saved views: a menu that shows one, and a dialog that saves, renames and deletes them.

import { type FormEvent, useEffect, useState } from 'react';
import buttonCss from '../../design-system/button.module.css';
import { Button, IconButton } from '../../design-system/button.tsx';
import { Dialog } from '../../design-system/dialog.tsx';
import { TextField } from '../../design-system/field.tsx';
import Down from '../../design-system/icons/chevron-down.ts';
import Remove from '../../design-system/icons/trash-2.ts';
import { Menu } from '../../design-system/menu.tsx';
import { useNavigate } from '../../frame/router.tsx';
import css from './runs.module.css';
import { loadViews, MAX_NAME, onStoredViews, renamed, storeViews, type View, withView } from './views.ts';

export function SavedViews() {
  const [views, setViews] = useState(loadViews);
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  useEffect(() => onStoredViews(() => setViews(loadViews())), []);
  const store = (next: readonly View[]) => {
    storeViews(next);
    setViews(next);
  };
  return (
    <>
      <Menu
        trigger={{
          className: buttonCss['button'] ?? '',
          children: (
            <>
              Views
              <Down size={16} aria-hidden="true" />
            </>
          ),
        }}
        entries={[
          { label: 'All runs', act: () => navigate('/runs') },
          ...views.map(({ name, search }) => ({ label: name, act: () => navigate(`/runs${search}`) })),
          { label: 'Save or change views…', separated: true, act: () => setOpen(true) },
        ]}
      />
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title="Saved views"
        description="They are kept in this browser, and are a link that others can open too."
      >
        <SaveView views={views} store={store} />
        {views.length > 0 && (
          <ul className={css['views']}>
            {views.map((view) => (
              <ViewEntry key={view.name} view={view} views={views} store={store} />
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}

interface StoreProps {
  readonly views: readonly View[];
  store(views: readonly View[]): void;
}

function SaveView({ views, store }: StoreProps) {
  const [name, setName] = useState('');
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    store(withView(views, { name: name.trim(), search: location.search }));
    setName('');
  };
  const isKnown = views.some((view) => view.name === name.trim());
  return (
    <form className={css['saveView']} onSubmit={save}>
      <TextField
        label="Name of the filters as they are now"
        maxLength={MAX_NAME}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Button type="submit" kind="primary">
        {isKnown ? 'Replace view' : 'Save view'}
      </Button>
    </form>
  );
}

function ViewEntry({ view, views, store }: StoreProps & { readonly view: View }) {
  const [name, setName] = useState(view.name);
  const [error, setError] = useState<string>();
  const rename = (event: FormEvent) => {
    event.preventDefault();
    const next = name.trim() === '' ? undefined : renamed(views, view.name, name.trim());
    if (next) store(next);
    else setError(name.trim() === '' ? 'A view needs a name' : 'Another view has this name');
  };
  return (
    <li>
      <form className={css['saveView']} onSubmit={rename}>
        <TextField
          label={`Name of ${view.name}`}
          maxLength={MAX_NAME}
          value={name}
          error={error}
          onChange={({ target }) => {
            setName(target.value);
            setError(undefined);
          }}
        />
        <Button type="submit" disabled={name.trim() === view.name}>
          Rename
        </Button>
        <IconButton
          icon={Remove}
          label={`Delete ${view.name}`}
          onClick={() => store(views.filter((each) => each.name !== view.name))}
        />
      </form>
    </li>
  );
}
