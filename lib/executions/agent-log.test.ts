// An agent's turns in the execution log.
import { describe, expect, test } from 'vitest';
import { endedSteps, executionLogOf, runningLogOf } from './log.ts';
import {
  at,
  entered,
  exited,
  facts,
  history,
  kinds,
  scheduled,
  started,
  succeeded,
} from './testing/history.ts';

describe('an agent', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const call = { id: 'c1', tool: 'github.create_issue', arguments: { title: 't' } };
  const asking = { done: false, tool_calls: [call], refused_calls: [], usage };
  const answer = { text: 'Hi.', turns: 2, tool_calls: 1, usage };
  const map = (type: 'MapStateEntered' | 'MapStateExited') =>
    type === 'MapStateEntered'
      ? { type, stateEnteredEventDetails: { name: 'help.calls' } }
      : { type, stateExitedEventDetails: { name: 'help.calls', output: 'null' } };
  const firstTurn = [
    { ...entered('help'), previousEventId: 0 },
    scheduled('openai-agent-turn', { goal: 'x' }),
    succeeded(asking),
    exited('help', null),
    entered('help.turn', 'Choice'),
    exited('help.turn', null, 'Choice'),
  ];
  const calling = [
    map('MapStateEntered'),
    { type: 'MapStateStarted' },
    { type: 'MapIterationStarted', mapIterationStartedEventDetails: { name: 'help.calls', index: 0 } },
    entered('help.github.create_issue'),
    scheduled('github-create-issue', { title: 't', repo_name: 'o/r' }),
  ] as const;
  const lastTurn = [
    succeeded({ number: 7 }),
    exited('help.github.create_issue', {}),
    { type: 'MapIterationSucceeded' },
    { type: 'MapStateSucceeded' },
    map('MapStateExited'),
    entered('help'),
    scheduled('openai-agent-turn', {}),
    succeeded({ done: true, answer, tool_calls: [], refused_calls: [], usage }),
    exited('help', null),
    entered('help.turn', 'Choice'),
    exited('help.turn', null, 'Choice'),
  ] as const;

  test('has ended when its loop was left', () => {
    const loop = [started, ...firstTurn, ...calling, ...lastTurn];
    expect(endedSteps(history(started, ...firstTurn, ...calling), kinds)).toEqual([]);
    expect(endedSteps(history(...loop), kinds)).toEqual([]);
    const steps = endedSteps(history(...loop, entered('close', 'Pass'), exited('close', 1, 'Pass')), kinds);
    expect(steps.map(({ id, output }) => [id, output])).toEqual([
      ['help', answer],
      ['close', 1],
    ]);
    expect(steps[0]?.turns).toMatchObject([
      { ended_at: at(16).toISOString(), calls: [{ id: 'c1', output: { number: 7 } }] },
      { text: 'Hi.', calls: [] },
    ]);
  });

  test('that is in the middle of a call, or before its next turn', () => {
    const { steps } = runningLogOf(facts, history(started, ...firstTurn, ...calling));
    expect(steps).toMatchObject([
      {
        id: 'help',
        status: 'running',
        ended_at: null,
        output: null,
        turns: [{ ended_at: null, calls: [{ status: 'running', ended_at: null, output: null }] }],
      },
    ]);
    const loop = history(started, ...firstTurn, ...calling, ...lastTurn);
    expect(runningLogOf(facts, loop).steps).toMatchObject([{ status: 'running', ended_at: null }]);
    const after = history(started, ...firstTurn, ...calling, ...lastTurn, entered('close', 'Pass'));
    expect(runningLogOf(facts, after).steps).toMatchObject([
      { id: 'help', status: 'succeeded', output: answer },
      { id: 'close', status: 'running' },
    ]);
  });

  test('that was stopped in the middle of a call', () => {
    const { steps } = executionLogOf(
      facts,
      history(started, ...firstTurn, ...calling, { type: 'ExecutionAborted', timestamp: at(59) }),
    );
    expect(steps).toMatchObject([
      {
        id: 'help',
        status: 'aborted',
        output: null,
        ended_at: at(59).toISOString(),
        error: null,
        turns: [
          {
            error: null,
            calls: [{ status: 'aborted', input: { title: 't', repo_name: 'o/r' }, output: null }],
          },
        ],
      },
    ]);
  });
});
