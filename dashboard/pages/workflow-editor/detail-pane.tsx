// What is selected: as a form with a test of it, or its place in the whole text.
import { Fragment, useState } from 'react';
import { isObject } from '../../../lib/json.ts';
import { valueAt } from '../../../lib/json-pointer.ts';
import { Skeleton } from '../../design-system/skeleton.tsx';
import { Tabs } from '../../design-system/tabs.tsx';
import { useSession } from '../../session/session.tsx';
import { allSteps } from '../../workflow/outline.ts';
import type { Action } from './check/check-text.ts';
import type { Checked, Checker } from './check/checker.ts';
import type { StepSchemas } from './check/messages.ts';
import type { EditorDocument } from './document/editor-document.ts';
import { removeValue, setValue } from './document/json-edits.ts';
import { renameStep, whyNotCalled } from './document/rename-step.ts';
import { pathOf } from './document/step-edits.ts';
import type { Content } from './document/use-content.ts';
import { StepForm } from './forms/step-form.tsx';
import { WorkflowForm } from './forms/workflow-form.tsx';
import { JsonView } from './json/json-view.tsx';
import { problemFinder } from './problem-finder.ts';
import { StepTester } from './testing/step-tester.tsx';
import { whyNotTested } from './words.ts';

interface DetailPaneProps {
  readonly document: EditorDocument;
  readonly content: Content;
  readonly checker: Checker;
  readonly checked: Checked;
  readonly actions: readonly Action[];
  readonly schemas: StepSchemas | undefined;
  readonly selected: string;
  /** The id under which the workflow is saved; undefined for one that never was. */
  readonly saved: string | undefined;
  readonly view: 'form' | 'json';
  show(view: 'form' | 'json'): void;
  /** The cursor of the text has come to a place. */
  onCursor(offset: number): void;
}

export function DetailPane(props: DetailPaneProps) {
  const { document, checked, view, show, onCursor } = props;
  // What a step gave in its test, the steps after it are tested with.
  const [tested] = useState(() => new Map<string, string>());
  return (
    <Tabs
      label="How it is edited"
      shown={view}
      onShow={show}
      tabs={[
        { id: 'form', title: 'Form', content: () => <Form {...props} tested={tested} /> },
        {
          id: 'json',
          title: 'JSON',
          content: () => <JsonView document={document} checked={checked} onCursor={onCursor} />,
        },
      ]}
    />
  );
}

interface FormProps extends DetailPaneProps {
  readonly tested: Map<string, string>;
}

function Form(props: FormProps) {
  const { document, content, checker, checked, actions, schemas, selected, saved, tested } = props;
  const { role } = useSession();
  const { outline, isCurrent } = content;
  const node = [...allSteps(outline.steps), ...allSteps(outline.onFailure)].find(
    ({ pointer }) => pointer === selected,
  );
  const value = valueAt(content.document, selected);
  const step = node && isObject(value) ? value : undefined;
  const base = step ? selected : '';
  const change = (path: readonly string[], next: unknown) => {
    const text = document.text();
    const field = base + path.map((key) => `/${escaped(key)}`).join('');
    const keys = pathOf(text, field);
    // What goes is a step of the history by itself, however soon after a key.
    if (next === undefined) document.edit(removeValue(text, keys));
    else document.type(setValue(text, keys, next), field);
  };
  const problemAt = problemFinder(checked, base);
  // Without them a field may have a control that another takes the place of while somebody types.
  if (!schemas && checked.failure === undefined) return <Skeleton label="The form is loading" rows={4} />;
  if (!isCurrent) return <p>The text is no JSON right now. Mend it under JSON, and the form is back.</p>;
  return node && step ? (
    <Fragment key={selected}>
      <StepForm
        node={node}
        step={step}
        actions={actions}
        schemas={schemas}
        workflow={typeof content.document['id'] === 'string' ? content.document['id'] : ''}
        problemAt={problemAt}
        change={change}
        whyNotCalled={(id) => whyNotCalled(outline, node, id)}
        rename={(id, isBegun) =>
          void renameStep(document, selected, id, isBegun, (text, from, to) =>
            checker.ask({ about: 'renaming', text, from, to }),
          )
        }
      />
      <StepTester
        workflow={content.document}
        step={step}
        action={actions.find(({ id }) => id === step['action'])}
        saved={saved}
        why={whyNotTested(role, checked)}
        tested={tested}
      />
    </Fragment>
  ) : (
    <WorkflowForm content={content.document} schemas={schemas} problemAt={problemAt} change={change} />
  );
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
