// Another workflow has the id: leads to that one, and offers a free id.

import { Button } from '../../../design-system/button.tsx';
import { ProblemNotice } from '../../../design-system/problem-notice.tsx';
import { Link, path } from '../../../frame/router.tsx';
import { useWorkflowIds } from '../../../frame/workflow-ids.ts';
import { freeId } from '../document/new-workflow.ts';

interface TakenNoticeProps {
  /** The id that is taken. */
  readonly id: string;
  readonly isBusy: boolean;
  saveAs(id: string): void;
}

export function TakenNotice({ id, isBusy, saveAs }: TakenNoticeProps) {
  const { data: ids = [] } = useWorkflowIds();
  const free = freeId(id, new Set([...ids, id]));
  return (
    <ProblemNotice
      title={`There is another workflow with the id ${id}`}
      detail="Nothing was saved, and that one is as it was."
    >
      <p>
        <Link to={path`/workflows/${id}`}>Look at that one</Link>
      </p>
      <p>
        <Button busy={isBusy} onClick={() => saveAs(free)}>
          Save this one as {free}
        </Button>
      </p>
    </ProblemNotice>
  );
}
