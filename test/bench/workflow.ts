// The work that is measured: steps one after the other, each adding 1 by an expression.
import { compile } from '../../lib/compiler/compile.ts';

export function counting(steps: number) {
  return {
    id: `count_${steps}`,
    inputs: { n: { type: 'integer' } },
    steps: Array.from({ length: steps }, (_, index) => ({
      id: `step_${index + 1}`,
      transform: index === 0 ? '{{ inputs.n + 1 }}' : `{{ steps.step_${index} + 1 }}`,
    })),
  };
}

/** As JSON text. */
export function countingDefinition(steps: number): string {
  const compiled = compile(counting(steps), {
    catalogue: [],
    functionArn: (name) => name,
    apiUrl: 'http://127.0.0.1',
    version: 1,
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return JSON.stringify(compiled.definition);
}
