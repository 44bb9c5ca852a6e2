// The three panes: the steps, what is selected, and what is wrong. What is selected in one is selected in all.
import { useCallback, useDeferredValue, useEffect, useRef, useState } from 'react';
import { useSearch } from '../../frame/router.tsx';
import { oneOf, text } from '../../frame/search.ts';
import { actionStep } from '../../workflow/action-step.ts';
import { allSteps, type Outline, type StepNode } from '../../workflow/outline.ts';
import type { Action, FoundProblem } from './check/check-text.ts';
import { editsOfFix } from './check/fixes.ts';
import { DetailPane } from './detail-pane.tsx';
import { placeOf, pointerAt } from './document/place.ts';
import { addStep, freeStepId } from './document/step-edits.ts';
import { documentOf } from './document/workflow-text.ts';
import css from './editor.module.css';
import { placeName } from './problem-finder.ts';
import { ProblemsList } from './problems-list.tsx';
import { StepsPane } from './steps-pane.tsx';
import type { EditorState } from './use-editor.ts';

interface EditorPanesProps {
  readonly editor: EditorState;
  readonly actions: readonly Action[];
}

/** As in editor.module.css. */
const ONE_COLUMN = '(max-width: 720px)';

const shape = {
  view: oneOf(['outline', 'graph'], 'outline'),
  edit: oneOf(['form', 'json'], 'form'),
  /** The pointer of the selected step. */
  at: text,
  /** An action for which a step is added when the editor opens. */
  add: text,
};

export function EditorPanes({ editor, actions }: EditorPanesProps) {
  const { document, content, checker, checked, schemas, saving } = editor;
  const [{ view, edit, at, add }, choose] = useSearch(shape);
  // The outline may come after what is typed.
  const outlined = useDeferredValue(content);
  const problems = useDeferredValue(checked.problems);
  const detail = useRef<HTMLDivElement>(null);
  const select = useCallback(
    (pointer: string) => {
      choose({ at: pointer });
      const place = placeOf(document.text(), pointer);
      if (place) document.select(place.from, place.to);
      // Below the outline, it would not be seen.
      if (window.matchMedia(ONE_COLUMN).matches) detail.current?.scrollIntoView({ block: 'start' });
    },
    [choose, document],
  );
  // Whoever comes from a step that failed sees that step.
  const [first] = useState(at);
  useEffect(() => {
    const place = placeOf(document.text(), first);
    if (place) document.select(place.from, place.to);
  }, [document, first]);
  const isAdded = useRef(false);
  useEffect(() => {
    const action = actions.find(({ id }) => id === add);
    if (add === '' || isAdded.current) return;
    isAdded.current = true;
    const written = document.text();
    const { steps } = documentOf(written) ?? {};
    if (!action || !Array.isArray(steps)) return choose({ add: '' });
    const { id, ...step } = actionStep(action);
    const added = addStep(written, '/steps', steps.length, { id: freeStepId(written, id), ...step });
    document.edit(added.edits);
    choose({ add: '', at: added.selected ?? '' });
  }, [actions, add, choose, document]);
  const showView = useCallback((next: 'outline' | 'graph') => choose({ view: next }), [choose]);
  const showProblem = ({ from, to, pointer }: FoundProblem) => {
    choose({ edit: 'json', at: stepAround(content.outline, pointer) });
    document.select(from, to);
    // Once the text is shown.
    setTimeout(focusText);
  };
  const fix = (problem: FoundProblem) => {
    // Of an older text the places are not those of this one.
    if (problem.fix && checked.text === document.text()) document.edit(editsOfFix(problem.fix, checked.text));
  };
  const shared = { document, checker, actions, selected: at };
  return (
    <div className={css['columns']}>
      <StepsPane
        {...shared}
        content={outlined}
        problems={problems}
        select={select}
        view={view}
        show={showView}
      />
      <div ref={detail} className={css['detail']}>
        <DetailPane
          {...shared}
          content={content}
          checked={checked}
          schemas={schemas}
          saved={saving.origin.saved?.id}
          view={edit}
          show={(next) => choose({ edit: next })}
          onCursor={(offset) => {
            const step = stepAround(content.outline, pointerAt(document.text(), offset));
            if (content.isCurrent && step !== at) choose({ at: step });
          }}
        />
      </div>
      <ProblemsList
        checked={checked}
        nameOf={(pointer) => placeName(pointer, nodeAround(content.outline, pointer))}
        show={showProblem}
        fix={fix}
      />
    </div>
  );
}

/** The innermost step in which the place is. */
function nodeAround({ steps, onFailure }: Outline, pointer: string): StepNode | undefined {
  const around = [...allSteps(steps), ...allSteps(onFailure)].filter(
    (step) => pointer === step.pointer || pointer.startsWith(`${step.pointer}/`),
  );
  return around.at(-1);
}

const stepAround = (outline: Outline, pointer: string): string => nodeAround(outline, pointer)?.pointer ?? '';

function focusText(): void {
  for (const host of window.document.querySelectorAll('main div'))
    host.shadowRoot?.querySelector<HTMLElement>('.cm-content')?.focus();
}
