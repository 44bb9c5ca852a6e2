// The state of the form that starts a workflow: what stands in it, what is wrong with it, and its start.
import { useRef, useState } from 'react';
import { ApiError } from '../../api/errors.ts';
import { announce } from '../../design-system/announce.ts';
import { useDraft } from '../../frame/draft.ts';
import { path, useNavigate } from '../../frame/router.tsx';
import { mayHaveStarted, startWorkflow } from '../../workflow/start-workflow.ts';
import {
  beginForm,
  defaultForm,
  type FormState,
  type Mode,
  readDraft,
  readInput,
  switchMode,
  WHOLE,
  writeDraft,
} from './form-state.ts';
import { byInput, type Declarations, type Input, type Mistakes, movedTexts } from './input-texts.ts';
import { keepLastValues, readLastValues } from './last-values.ts';
import type { Workflow } from './workflow-data.ts';

const NO_MISTAKES: Mistakes = new Map();
const NO_INPUTS: Declarations = {};

interface StartOptions {
  /** As the API has it now. */
  readonly workflow: Workflow;
  readonly user: string;
  readonly prefill: string;
  readonly runInput: Input | undefined;
  /** Asks the API for the workflow once more. */
  refresh(): Promise<Workflow | undefined>;
}

export function useStartForm({ workflow, user, prefill, runInput, refresh }: StartOptions) {
  // What somebody fills in stays as it is when others save the workflow, until they ask for the new form.
  const [shown, setShown] = useState(workflow);
  const declared = shown.inputs ?? NO_INPUTS;
  const [draft, keepDraft, dropDraft] = useDraft(`start:${workflow.id}`);
  const [last, setLast] = useState(() => readLastValues(localStorage, user, workflow.id));
  const [form, setForm] = useState(
    () => readDraft(draft, prefill) ?? beginForm(declared, { prefill, runInput, lastInput: last.input }),
  );
  const [mistakes, setMistakes] = useState(NO_MISTAKES);
  const [error, setError] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  const [changed, setChanged] = useState<Workflow>();
  /** Counts the times that the first mistake is to get the focus. */
  const [refusals, setRefusals] = useState(0);
  const isSending = useRef(false);
  const navigate = useNavigate();

  const isOutdated = !hasSameForm(shown, workflow);
  if (!isOutdated && shown !== workflow) setShown(workflow);

  const change = (next: FormState) => {
    setForm(next);
    keepDraft(writeDraft(next, prefill));
  };
  const refuse = (found: Mistakes) => {
    setMistakes(found);
    setRefusals((count) => count + 1);
  };
  const adopt = (next: Workflow) => {
    change({ ...form, texts: movedTexts(declared, next.inputs ?? NO_INPUTS, form.texts) });
    setShown(next);
    setChanged(next);
    announce('The form shows the inputs of the new version');
  };
  const onFailure = async (failure: unknown) => {
    const found = failure instanceof ApiError ? byInput(failure.problems) : NO_MISTAKES;
    setError(failure instanceof Error ? failure : new Error(String(failure)));
    if (!mayHaveStarted(failure)) {
      const now = await refresh();
      if (now && !hasSameForm(shown, now)) adopt(now);
    }
    refuse(found);
  };

  const start = async () => {
    if (isSending.current) return;
    const { input, mistakes: unread } = readInput(declared, form);
    if (unread) return refuse(unread);
    isSending.current = true;
    setBusy(true);
    setError(undefined);
    setMistakes(NO_MISTAKES);
    try {
      const run = await startWorkflow(shown, input);
      dropDraft();
      if (last.keeps) keepLastValues(localStorage, user, workflow.id, input);
      navigate(path`/runs/${run}`);
    } catch (failure) {
      await onFailure(failure);
    } finally {
      isSending.current = false;
      setBusy(false);
    }
  };

  return {
    shown,
    declared,
    form,
    mistakes,
    /** What is wrong with the JSON as it stands. */
    jsonMistake: form.mode === 'json' ? readInput(declared, form).mistakes?.get(WHOLE) : undefined,
    error,
    isBusy,
    refusals,
    last,
    /** The version that the form was refreshed for. */
    changed,
    /** Another version has other inputs than the form shows. */
    newer: isOutdated ? workflow : undefined,
    adopt,
    start,
    edit(name: string, text: string | undefined) {
      const texts = new Map(form.texts);
      if (text === undefined) texts.delete(name);
      else texts.set(name, text);
      change({ ...form, texts });
      setMistakes(without(mistakes, name));
    },
    editJson(json: string) {
      change({ ...form, json });
      setMistakes(NO_MISTAKES);
    },
    switchTo(mode: Mode) {
      const switched = switchMode(declared, form, mode);
      if ('mistakes' in switched) return refuse(switched.mistakes);
      change(switched.form);
      setMistakes(NO_MISTAKES);
    },
    useDefaults() {
      const switched = switchMode(declared, defaultForm(declared), form.mode);
      if ('form' in switched) setForm(switched.form);
      dropDraft();
      setMistakes(NO_MISTAKES);
      setError(undefined);
    },
    setLast,
  };
}

function hasSameForm(one: Workflow, other: Workflow): boolean {
  return one.type === other.type && JSON.stringify(one.inputs) === JSON.stringify(other.inputs);
}

function without(mistakes: Mistakes, name: string): Mistakes {
  if (!mistakes.has(name)) return mistakes;
  const left = new Map(mistakes);
  left.delete(name);
  return left;
}
