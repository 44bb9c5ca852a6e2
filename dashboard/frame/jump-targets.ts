// Where one can jump to by some letters: pages, workflows, recent runs, and the run of a pasted id.
import type { AnswerBody } from '../api/routes.ts';
import type { WorkflowName } from './workflow-ids.ts';

export interface JumpTarget {
  readonly group: 'Run' | 'Page' | 'Workflow' | 'Recent run';
  readonly label: string;
  /** Told beside it, and found by too: the id of a workflow, `failed`. */
  readonly note?: string;
  readonly to: string;
}

interface Known {
  readonly pages: readonly { readonly path: string; readonly navigation?: { readonly title: string } }[];
  readonly workflows: readonly WorkflowName[];
  readonly runs: readonly Pick<AnswerBody<'GET /executions'>['items'][number], 'id' | 'status'>[];
}

/** As lib/schemas/executions.ts has it. */
const EXECUTION_ID = /^[a-z][a-z0-9_-]{0,47}\.[\w.+=@!'()-]{1,80}$/;
const MOST_OF_A_GROUP = 8;

/** What has every word of the text, of each group what begins with it first; of nothing typed, the beginning of all. */
export function jumpTargets(typed: string, { pages, workflows, runs }: Known): readonly JumpTarget[] {
  const text = typed.trim();
  const groups: readonly (readonly JumpTarget[])[] = [
    pages.flatMap(({ path: to, navigation }) =>
      navigation ? [{ group: 'Page', label: navigation.title, to }] : [],
    ),
    workflows.map(({ id, name }) => ({
      group: 'Workflow',
      label: name,
      ...(id !== name && { note: id }),
      to: `/workflows/${encodeURIComponent(id)}`,
    })),
    runs.map(({ id, status }) => ({
      group: 'Recent run',
      label: id,
      note: status.replace('_', ' '),
      to: `/runs/${encodeURIComponent(id)}`,
    })),
  ];
  const found = groups.flatMap((targets) => matching(targets, text).slice(0, MOST_OF_A_GROUP));
  const run = runOf(text);
  return run === undefined || found.some(({ label }) => label === run.label) ? found : [run, ...found];
}

function matching(targets: readonly JumpTarget[], text: string): readonly JumpTarget[] {
  const words = text.toLowerCase().split(/\s+/);
  const begins = (text = '') => text.toLowerCase().startsWith(words[0] ?? '');
  const rank = ({ label, note }: JumpTarget) => (begins(label) || begins(note) ? 0 : 1);
  return targets
    .filter(({ label, note = '' }) => words.every((word) => `${label} ${note}`.toLowerCase().includes(word)))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** Of an id, or of the address of a run's page. */
function runOf(text: string): JumpTarget | undefined {
  const id = /\/runs\/([^/?#]+)/.exec(text)?.[1] ?? text;
  const run = decoded(id);
  return EXECUTION_ID.test(run)
    ? { group: 'Run', label: run, to: `/runs/${encodeURIComponent(run)}` }
    : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
