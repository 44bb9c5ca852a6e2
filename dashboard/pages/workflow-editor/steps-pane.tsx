// The steps: as a tree or as a graph, with what can be done with the selected one.

import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from 'react';
import { pointerTo, valueAt } from '../../../lib/json-pointer.ts';
import { Button } from '../../design-system/button.tsx';
import Workflow from '../../design-system/icons/workflow.ts';
import { Tabs } from '../../design-system/tabs.tsx';
import type { Action, FoundProblem } from './check/check-text.ts';
import type { Checker } from './check/checker.ts';
import type { EditorDocument } from './document/editor-document.ts';
import { usersOf } from './document/rename-step.ts';
import { addStep, freeStepId, moveTo, type StepEdit } from './document/step-edits.ts';
import type { Content } from './document/use-content.ts';
import { Graph } from './graph.tsx';
import { AddStep } from './outline/add-step.tsx';
import { DeleteDialog, type DeletedStep } from './outline/delete-dialog.tsx';
import { StepActions } from './outline/step-actions.tsx';
import { changeOfKey, changeStep, type StepChange } from './outline/step-changes.ts';
import { StepList, type StepListContext } from './outline/step-list.tsx';
import { useDragging } from './outline/use-dragging.ts';
import { errorCounter } from './problem-finder.ts';
import css from './steps-pane.module.css';

interface StepsPaneProps {
  readonly document: EditorDocument;
  readonly checker: Checker;
  readonly content: Content;
  readonly actions: readonly Action[];
  readonly problems: readonly FoundProblem[];
  /** A pointer; empty for the workflow itself. */
  readonly selected: string;
  select(pointer: string): void;
  readonly view: 'outline' | 'graph';
  show(view: 'outline' | 'graph'): void;
}

/** Drawn anew when there is time for it: in a large workflow it takes longer than a key may. */
export const StepsPane = memo(function StepsPane(props: StepsPaneProps) {
  const { document, checker, content, actions, problems, selected, select, view, show } = props;
  const { outline, isCurrent } = content;
  const [place, setPlace] = useState<{ readonly list: string; readonly index: number }>();
  // A step that was added or moved is drawn a moment later; until then another one may stand at its place.
  const [focused, setFocused] = useState<{ readonly pointer: string; readonly before: typeof outline }>();
  useEffect(() => {
    if (focused && outline !== focused.before && focusStep(focused.pointer)) setFocused(undefined);
  }, [focused, outline]);
  const pane = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step is selected, wherever that was done
  useEffect(() => {
    if (pane.current) reveal(pane.current);
  }, [selected]);
  const take = (change: StepEdit | undefined) => {
    if (!change || !isCurrent) return;
    document.edit(change.edits);
    const pointer = change.selected ?? '';
    select(pointer);
    setFocused({ pointer, before: outline });
  };
  const changed = (change: StepChange) =>
    selected === '' ? undefined : changeStep(document.text(), outline, selected, change);
  const [deleted, setDeleted] = useState<DeletedStep>();
  const remove = async () => {
    const uses = (await checker.ask({ about: 'uses', text: document.text() })) ?? [];
    const users = usersOf(outline, selected, uses);
    if (users.length === 0) return take(changed('delete'));
    const id = valueAt(content.document, pointerTo(selected, 'id'));
    setDeleted({ pointer: selected, id: String(id ?? ''), users });
  };
  const add = (step: Readonly<Record<string, unknown>>, wanted: string) => {
    if (!place) return;
    setPlace(undefined);
    const text = document.text();
    take(addStep(text, place.list, place.index, { id: freeStepId(text, wanted), ...step }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const change = event.altKey ? changeOfKey[event.key] : undefined;
    if (!change || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    take(changed(change));
  };
  const dragging = useDragging((step, { list, index }) => take(moveTo(document.text(), step, list, index)));
  const problemsIn = useMemo(() => errorCounter(problems), [problems]);
  const context: StepListContext = useMemo(
    () => ({ selected, select, problemsIn, dragging, add: (list, index) => setPlace({ list, index }) }),
    [selected, select, problemsIn, dragging],
  );
  const { steps, onFailure } = outline;
  const tree = () => (
    <>
      <StepList steps={steps} list="/steps" label="to the workflow" context={context} />
      <section aria-labelledby="on-failure">
        <h3 id="on-failure">When the run fails</h3>
        <StepList steps={onFailure} list="/on_failure" label="to what runs on failure" context={context} />
      </section>
    </>
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys count wherever among the steps the focus is
    <div ref={pane} className={css['pane']} onKeyDown={onKeyDown}>
      <Button
        kind="quiet"
        icon={Workflow}
        className={css['whole']}
        data-workflow=""
        aria-current={selected === '' ? 'true' : undefined}
        onClick={() => select('')}
      >
        The workflow itself
      </Button>
      <StepActions
        can={(change) => isCurrent && changed(change) !== undefined}
        make={(change) => (change === 'delete' ? void remove() : take(changed(change)))}
      />
      {!isCurrent && (
        <p className="meta" role="status">
          The text is no JSON right now: you see the steps as they were before.
        </p>
      )}
      <Tabs
        label="The steps"
        shown={view}
        onShow={show}
        tabs={[
          { id: 'outline', title: 'Outline', content: tree },
          { id: 'graph', title: 'Graph', content: () => <Graph outline={outline} context={context} /> },
        ]}
      />
      <DeleteDialog
        step={deleted}
        close={() => setDeleted(undefined)}
        remove={() => {
          setDeleted(undefined);
          if (deleted?.pointer === selected) take(changed('delete'));
        }}
      />
      <AddStep open={place !== undefined} actions={actions} close={() => setPlace(undefined)} add={add} />
    </div>
  );
});

/** Scrolls the pane to the selected step, and nothing around it. */
function reveal(pane: HTMLElement): void {
  const step = pane.querySelector('[aria-current="step"]')?.getBoundingClientRect();
  const { top, bottom } = pane.getBoundingClientRect();
  if (step && (step.top < top || step.bottom > bottom))
    pane.scrollBy({ top: step.top - top - pane.clientHeight / 3 });
}

/** @returns whether the step, or the workflow itself, is drawn */
function focusStep(pointer: string): boolean {
  const steps = window.document.querySelectorAll<HTMLElement>('[data-step], [data-workflow]');
  const button = [...steps].find(({ dataset }) => (dataset['step'] ?? dataset['workflow']) === pointer);
  // Where the steps are in one column with the form, that is shown.
  button?.focus({ preventScroll: true });
  return button !== undefined;
}
