// The workflows whose steps name a prompt.
import { Problem } from '../../api/loaded.tsx';
import { Link, path } from '../../frame/router.tsx';
import css from './prompts.module.css';
import type { UsingWorkflow, useUses } from './prompts-data.ts';

/** Which workflows there are could not be read. */
export function UsesProblem({ uses }: { readonly uses: ReturnType<typeof useUses> }) {
  const { error, data, isFetching, refetch } = uses;
  if (!error || data) return null;
  return <Problem error={error} retry={() => void refetch()} busy={isFetching} />;
}

export function UsedBy({ workflows }: { readonly workflows: readonly UsingWorkflow[] }) {
  if (workflows.length === 0) return <span className="quiet">no workflow by name</span>;
  return (
    <span className={css['uses']}>
      {workflows.map(({ id, name }) => (
        <Link key={id} to={path`/workflows/${id}`} dir="auto">
          {name}
        </Link>
      ))}
    </span>
  );
}
