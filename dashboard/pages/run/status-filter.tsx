// Only what has one status: of steps, of iterations.
import { SelectField } from '../../design-system/field.tsx';
import { type Status, statusWords } from '../../design-system/status.ts';
import css from './run-page.module.css';

interface StatusFilterProps<One extends Status> {
  readonly label: string;
  readonly statuses: readonly One[];
  readonly chosen: NoInfer<One> | undefined;
  choose(status: NoInfer<One> | undefined): void;
}

export function StatusFilter<One extends Status>({
  label,
  statuses,
  chosen,
  choose,
}: StatusFilterProps<One>) {
  return (
    <div className={css['filter']}>
      <SelectField
        label={label}
        value={chosen ?? ''}
        onChange={({ target }) => choose(statuses.find((one) => one === target.value))}
        options={[
          { value: '', label: 'All' },
          ...statuses.map((value) => ({ value, label: statusWords[value] })),
        ]}
      />
    </div>
  );
}
