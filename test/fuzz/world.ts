// What random workflows meet: people who decide, a model that asks for calls, and a workflow that they run.

/** What people decide, by the step that asks them. */
export function decisionOn(step: string): object {
  const approved = step.length % 2 === 0;
  return {
    decision: approved ? 'approved' : 'rejected',
    approved,
    comment: null,
    decided_by: 'ada',
    decided_at: '2026-01-01T00:00:00.000Z',
    timed_out: false,
  };
}

/** What the model of an agent says: for some turns one call each, then its answer. */
export function modelOf(step: string, turn: number): object {
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const calls = Number(step.replace(/\D/g, '')) % 3;
  const said = { refused_calls: [], conversation: { turns: turn + 1 }, usage };
  if (turn >= calls) {
    const answer = { text: `answer of ${step}`, turns: calls + 1, tool_calls: calls, usage };
    return { ...said, done: true, tool_calls: [], answer };
  }
  const call = {
    id: `c${turn}`,
    tool: 'github.create_issue',
    arguments: { repo_name: 'o/r', title: `${step} ${turn}` },
  };
  return { ...said, done: false, tool_calls: [call] };
}

/** By id the workflows that random ones run. */
export const others: Readonly<Record<string, object>> = {
  child: {
    id: 'child',
    inputs: { v: { type: 'integer' } },
    steps: [
      { id: 'refuse', when: '{{ inputs.v > 3 }}', fail: { error: 'ChildFailed', cause: 'too large' } },
      { id: 'doubled', transform: { twice: '{{ inputs.v * 2 }}' } },
    ],
  },
};
