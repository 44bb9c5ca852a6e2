// What the tests of reruns share: workflows of calls that the test answers one by one, and what is asked of their runs.
import { SFNClient } from '@aws-sdk/client-sfn';
import { actionEvent } from '../../lib/actions/invocation/action-event.ts';
import { executionHistory } from '../../lib/execution-history.ts';
import { type ApiStack, executionCalls } from './api-stack.ts';

export const arnOf = (id: string) =>
  `arn:aws:states:us-east-1:000000000000:execution:ai-orchestra-local-${id.replace('.', ':')}`;

/** A step that gives what the test answers. */
export const echo = (id: string, text: string, more: object = {}) => ({
  id,
  action: 'test.echo',
  params: { text },
  ...more,
});

export const threeSteps = {
  id: 'three_steps',
  inputs: { word: { type: 'string', default: 'w' } },
  steps: [
    echo('one', '{{ inputs.word }}'),
    { id: 'counted', set: { length: '{{ $length(steps.one.text) }}' } },
    echo('two', '{{ steps.one.text }} {{ vars.length }}'),
    echo('three', '{{ steps.two.text }}'),
  ],
  output: ['{{ steps.one.text }}', '{{ vars.length }}', '{{ steps.two.text }}', '{{ steps.three.text }}'],
};

interface TestWorkflow {
  readonly id: string;
  readonly [key: string]: unknown;
}

const fails = { error: 'InvalidInput', message: 'not this' };

export function rerunCalls(stack: () => ApiStack) {
  const { start, get, until } = executionCalls(stack);
  /** `!` is a failure. */
  async function answer(...answers: readonly string[]): Promise<void> {
    for (const text of answers) await stack().answerAction(text === '!' ? fails : { output: { text } });
  }
  async function ended(id: string): Promise<string> {
    for (;;) {
      const { status } = await get(id);
      if (status !== 'running') return status;
    }
  }
  /** Those of all calls, in order. */
  async function eventsOf(id: string) {
    const history = await executionHistory(arnOf(id), new SFNClient({}));
    return history.flatMap(({ taskScheduledEventDetails: task }) =>
      task ? [actionEvent.parse(JSON.parse(task.parameters ?? '').Payload)] : [],
    );
  }
  return {
    start,
    get,
    until,
    answer,
    ended,
    rerun: (id: string, body: object = {}, headers: Record<string, string> = {}) =>
      stack().request('POST', `/executions/${id}/rerun`, { body, headers }),
    /** Saves a workflow and runs it with an answer for each call of the action. */
    async ran(workflow: TestWorkflow, answers: readonly string[], input: object = {}): Promise<string> {
      const saved = await stack().request('POST', '/workflows', { body: workflow });
      if (saved.status !== 201 && saved.status !== 409) throw new Error(saved.text);
      const { id } = (await start(input, {}, workflow.id)).body;
      await answer(...answers);
      await ended(id);
      return id;
    },
    /** Replaces a workflow, so that its reruns can follow another definition. */
    async mended(workflow: TestWorkflow): Promise<void> {
      const { status, text } = await stack().request('PUT', `/workflows/${workflow.id}`, {
        body: workflow,
        headers: { 'if-match': '*' },
      });
      if (status !== 200) throw new Error(text);
    },
    eventsOf,
    /** By step the event of its last call. */
    callsOf: async (id: string) =>
      new Map((await eventsOf(id)).map((event) => [event.execution.step_id, event] as const)),
  };
}
