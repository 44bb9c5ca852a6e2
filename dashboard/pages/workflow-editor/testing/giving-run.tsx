// The run whose input and outputs a tested step is given: the last one until another is chosen.
import { skipToken, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { request } from '../../../api/request.ts';
import type { AnswerBody } from '../../../api/routes.ts';
import { SelectField } from '../../../design-system/field.tsx';
import { statusWords } from '../../../design-system/status.ts';
import { timeTexts } from '../../../design-system/time-text.ts';
import { useSearch } from '../../../frame/router.tsx';
import { text } from '../../../frame/search.ts';

type Runs = AnswerBody<'GET /executions'>['items'];

const SHOWN_RUNS = 20;
const NONE = 'none';
const shape = {
  /** The id of a run, or `none`; the last one when left out. */
  run: text,
};

export interface GivingRun {
  readonly runs: UseQueryResult<Runs>;
  /** Undefined when there is none. */
  readonly id: string | undefined;
  choose(id: string): void;
}

/** @param workflow undefined for one that was never saved */
export function useGivingRun(workflow: string | undefined): GivingRun {
  const [{ run }, choose] = useSearch(shape);
  const runs = useQuery({
    queryKey: ['executions', 'to-test-with', workflow],
    queryFn:
      workflow === undefined
        ? skipToken
        : async ({ signal }) => {
            const query = { workflow_id: workflow, limit: SHOWN_RUNS };
            return (await request('GET /executions', { query }, { signal })).body.items;
          },
  });
  const last = runs.data?.[0]?.id;
  const id = run === NONE ? undefined : run || last;
  return { runs, id, choose: (next) => choose({ run: next === last ? '' : next }) };
}

export function GivingRunField({ runs: { data = [] }, id, choose }: GivingRun) {
  if (data.length === 0 && id === undefined) return null;
  const listed = data.map((run, place) => ({
    value: run.id,
    label: `${place === 0 ? 'Last run' : 'Run'} · ${statusWords[run.status]} · ${timeTexts(Date.parse(run.started_at)).local}`,
  }));
  const isListed = id === undefined || data.some((run) => run.id === id);
  return (
    <SelectField
      label="Values come from"
      value={id ?? NONE}
      onChange={({ target }) => choose(target.value)}
      options={[
        ...(isListed ? [] : [{ value: id, label: `The run ${id}` }]),
        ...listed,
        { value: NONE, label: 'No run, only what is typed here' },
      ]}
    />
  );
}
