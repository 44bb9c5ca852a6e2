// Schedules that somebody has paused: a pause is the operator's, and a save of the workflow does not end it.
import { pointerTo } from '../json-pointer.ts';
import type { RequestProblem } from '../problem.ts';
import type { SchedulePause, WorkflowDocument } from '../stores/workflows.ts';
import { isSchedule, type Trigger } from '../workflow-format/triggers.ts';
import type { Workflow } from '../workflow-format/workflow.ts';
import { scheduleNames } from './desired-schedules.ts';

/**
 * The document with the schedule paused or resumed.
 * @param by who pauses it; undefined resumes it
 */
export function withPause(
  document: WorkflowDocument,
  index: number,
  by: Omit<SchedulePause, 'name'> | undefined,
): WorkflowDocument {
  const { workflow, paused_schedules = [] } = document;
  const name = scheduleNames(workflow).get(index);
  const others = paused_schedules.filter((other) => other.name !== name);
  return {
    ...document,
    workflow: withEnabled(workflow, (at) => (at === index ? by === undefined : undefined)),
    paused_schedules: by && name !== undefined ? [...others, { name, ...by }] : others,
  };
}

/** Who has paused the schedule; undefined when nobody has, whatever the workflow's author says of it. */
export function pauseOf(
  { workflow, paused_schedules = [] }: Pick<WorkflowDocument, 'workflow' | 'paused_schedules'>,
  index: number,
): SchedulePause | undefined {
  const name = scheduleNames(workflow).get(index);
  return paused_schedules.find((pause) => pause.name === name);
}

/** The workflow as its author wrote it: a schedule that is paused is one that was enabled. */
export function withoutPauses({
  workflow,
  paused_schedules,
}: {
  readonly workflow: Workflow;
  readonly paused_schedules: readonly SchedulePause[];
}): Workflow {
  if (paused_schedules.length === 0) return workflow;
  const names = scheduleNames(workflow);
  const triggers = workflow.triggers?.map((trigger, index): Trigger => {
    if (!isSchedule(trigger) || !paused_schedules.some(({ name }) => name === names.get(index)))
      return trigger;
    const { enabled: _, ...rest } = trigger;
    return rest;
  });
  return triggers ? { ...workflow, triggers } : workflow;
}

/**
 * What a save has to keep of the pauses: a schedule is known by its timing, and where that has changed by its place.
 * One that is gone stays paused too, for when it comes back: an earlier version of a file starts nothing by surprise.
 */
export function keepPauses(
  { workflow: old, paused_schedules = [] }: WorkflowDocument,
  sent: Workflow,
): {
  readonly workflow: Workflow;
  readonly paused_schedules: readonly SchedulePause[];
  readonly warnings: readonly RequestProblem[];
} {
  const before = scheduleNames(old);
  const after = scheduleNames(sent);
  const isKnown = (names: ReadonlyMap<number, string>, name: string) => [...names.values()].includes(name);
  const kept = paused_schedules.map((pause) => {
    const { name } = pause;
    const place = [...before].find(([, other]) => other === name)?.[0];
    const inPlace = place === undefined ? undefined : after.get(place);
    const isChanged = inPlace !== undefined && !isKnown(after, name) && !isKnown(before, inPlace);
    return isChanged ? { ...pause, name: inPlace } : pause;
  });
  const isPaused = (index: number) => kept.some(({ name }) => name === after.get(index));
  const warnings = (sent.triggers ?? []).flatMap((trigger, index): RequestProblem[] =>
    isPaused(index) && trigger.enabled !== false
      ? [
          {
            code: 'schedule-paused',
            pointer: pointerTo('/triggers', index),
            message: 'The schedule was paused and stays so: saving a workflow resumes none',
            hint: `POST /schedules/${sent.id}.${index}/resume starts it again.`,
          },
        ]
      : [],
  );
  const workflow = withEnabled(sent, (index) => (isPaused(index) ? false : undefined));
  return { workflow, paused_schedules: kept, warnings };
}

/** @param enabled by the index of a trigger; undefined leaves what is there */
function withEnabled(workflow: Workflow, enabled: (index: number) => boolean | undefined): Workflow {
  const triggers = workflow.triggers?.map((trigger, index): Trigger => {
    const value = enabled(index);
    return value === undefined || !isSchedule(trigger) ? trigger : { ...trigger, enabled: value };
  });
  return triggers ? { ...workflow, triggers } : workflow;
}
