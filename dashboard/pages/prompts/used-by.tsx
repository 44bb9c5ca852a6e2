// The workflows whose steps name a prompt.
import { Link, path } from '../../frame/router.tsx';
import css from './prompts.module.css';
import type { UsingWorkflow } from './prompts-data.ts';

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
