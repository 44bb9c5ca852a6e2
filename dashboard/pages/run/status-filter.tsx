// Only what has one status: of steps, of iterations.
import { SelectField } from '../../design-system/field.tsx';
import css from './run-page.module.css';

interface StatusFilterProps<Status extends string> {
  readonly label: string;
  readonly statuses: readonly Status[];
  readonly chosen: NoInfer<Status> | undefined;
  choose(status: NoInfer<Status> | undefined): void;
}

export function StatusFilter<Status extends string>({
  label,
  statuses,
  chosen,
  choose,
}: StatusFilterProps<Status>) {
  return (
    <div className={css['filter']}>
      <SelectField
        label={label}
        value={chosen ?? ''}
        onChange={({ target }) => choose(statuses.find((one) => one === target.value))}
        options={[{ value: '', label: 'All' }, ...statuses.map((value) => ({ value, label: value }))]}
      />
    </div>
  );
}
