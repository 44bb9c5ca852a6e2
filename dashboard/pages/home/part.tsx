// A part of Home: its sentence, which leads to the whole, and what it lists.
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { Loaded } from '../../api/loaded.tsx';
import { Link } from '../../frame/router.tsx';
import css from './home.module.css';

interface PartProps<Data> {
  readonly query: UseQueryResult<Data>;
  /** What is loading: `What failed is loading`. */
  readonly label: string;
  readonly rows?: number;
  sentence(data: Data): string;
  /** Where all of it is. */
  readonly to: string;
  readonly children: (data: Data) => ReactNode;
}

export function Part<Data>({ query, label, rows = 2, sentence, to, children }: PartProps<Data>) {
  const id = useId();
  return (
    <section className={css['part']} aria-labelledby={query.data === undefined ? undefined : id}>
      <Loaded query={query} label={label} rows={rows}>
        {(data) => (
          <>
            <h2 id={id}>
              <Link to={to} className={css['title']}>
                {sentence(data)}
              </Link>
            </h2>
            {children(data)}
          </>
        )}
      </Loaded>
    </section>
  );
}
