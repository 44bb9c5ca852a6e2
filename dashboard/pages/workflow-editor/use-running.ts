// Runs what is edited: it is saved first, so that what runs is what is shown.
import { useState } from 'react';
import { isRequired } from '../../../lib/workflow-format/check-input.ts';
import { path, useNavigate } from '../../frame/router.tsx';
import { startWorkflow } from '../../workflow/start-workflow.ts';

export interface Running {
  readonly isBusy: boolean;
  readonly error: Error | undefined;
  run(): void;
}

export function useRunning(
  save: () => Promise<string | undefined>,
  content: Readonly<Record<string, unknown>> | undefined,
): Running {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();

  async function saveAndRun(): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      const id = await save();
      if (id === undefined) return;
      // The workflow's page has the form for what has no default.
      if (needsInput(content)) return navigate(path`/workflows/${id}`);
      const type = content?.['type'] === 'express' ? 'express' : 'standard';
      navigate(path`/runs/${await startWorkflow({ id, type }, {})}`);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
    }
  }

  return { isBusy, error, run: () => void saveAndRun() };
}

function needsInput(content: Readonly<Record<string, unknown>> | undefined): boolean {
  const { inputs } = content ?? {};
  if (typeof inputs !== 'object' || inputs === null) return false;
  return Object.values(inputs).some((declaration) => isRequired(declaration));
}
