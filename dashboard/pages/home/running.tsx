// What runs.
import type { UseQueryResult } from '@tanstack/react-query';
import type { Summary } from './home-data.ts';
import { runningSentence } from './home-text.ts';
import { Part } from './part.tsx';

export function Running({ summary }: { readonly summary: UseQueryResult<Summary> }) {
  return (
    <Part
      query={summary}
      label="What runs is loading"
      sentence={({ running }) => runningSentence(running)}
      to="/runs?status=running"
    >
      {() => null}
    </Part>
  );
}
