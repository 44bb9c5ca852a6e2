// Adds a step that calls the action to a workflow that there is: its editor opens with the step, which is not saved yet.
import { Missing } from '../../api/loaded.tsx';
import { SelectField } from '../../design-system/field.tsx';
import { path, useNavigate } from '../../frame/router.tsx';
import { useWorkflowIds } from '../../frame/workflow-ids.ts';

export function AddToWorkflow({ action }: { readonly action: string }) {
  const navigate = useNavigate();
  const ids = useWorkflowIds();
  const options = (ids.data ?? []).map((id) => ({ value: id, label: id }));
  return (
    <>
      <SelectField
        label="Add to workflow"
        value=""
        disabled={options.length === 0}
        options={[
          { value: '', label: ids.data?.length === 0 ? 'There is none yet' : 'Choose one' },
          ...options,
        ]}
        onChange={({ target }) => {
          if (target.value !== '') navigate(path`/workflows/${target.value}/edit?add=${action}`);
        }}
      />
      <Missing query={ids} />
    </>
  );
}
