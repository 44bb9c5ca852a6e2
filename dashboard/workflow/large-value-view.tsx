// A text or a file that is kept apart from the run: how it begins, and a button that saves all of it.
import { useMutation } from '@tanstack/react-query';
import { Problem } from '../api/loaded.tsx';
import { request } from '../api/request.ts';
import { Button } from '../design-system/button.tsx';
import Download from '../design-system/icons/download.ts';
import type { LargeValue } from './json-text.ts';
import css from './value-view.module.css';

interface LargeValueViewProps {
  readonly value: LargeValue;
  /** Under which it is saved. */
  readonly filename: string;
}

export function LargeValueView({
  value: { owner, content, size, type, preview },
  filename,
}: LargeValueViewProps) {
  const save = useMutation({
    mutationFn: async () => {
      const parts = { params: { owner, content }, query: { filename } };
      return (await request('GET /large-values/{owner}/{content}', parts)).body;
    },
    // The answer is an attachment, so that the page stays.
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <>
      <p className="meta">
        {size} of {type}, kept apart from the run. It begins:
      </p>
      <pre className={css['json']} dir="auto">
        {preview}
      </pre>
      <Button icon={Download} busy={save.isPending} onClick={() => save.mutate()}>
        Download {filename}
      </Button>
      {save.error && <Problem error={save.error} />}
    </>
  );
}
