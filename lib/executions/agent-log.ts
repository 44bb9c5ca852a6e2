// An agent's turns in the execution log: what the model said each time, and the calls that it asked for.
import * as z from 'zod';
import type { CallLog, loggedError, TurnLog, tokenUsage } from '../schemas/execution-log.ts';
import { cut, cutMessage, summedUsage, usageOf } from './log-values.ts';
import { goesOn, type Visit } from './visits.ts';

/** What openai.agent_turn gives, as far as the log tells of it. */
const turnOutput = z.object({
  text: z.string().optional(),
  answer: z.looseObject({ text: z.string() }).optional(),
  tool_calls: z.array(z.object({ id: z.string(), tool: z.string(), arguments: z.unknown() })),
  refused_calls: z.array(z.object({ id: z.string(), tool: z.string(), problem: z.string() })),
});

/** The answer in the output of an agent's last turn; null when that is none. */
export function answerOf(output: unknown): unknown {
  return turnOutput.safeParse(output).data?.answer ?? null;
}

/** How the run has ended, if it has. */
interface End {
  readonly status: string;
  readonly at: string | null;
}

/**
 * @param loop the states of the step beside one another: its Tasks, Choices and Maps, in order
 * @param visits all of the run
 */
export function turnsOf(loop: readonly Visit[], visits: readonly Visit[], end: End): TurnLog[] {
  const inside = Map.groupBy(visits, ({ within }) => within);
  return loop.flatMap((turn, index) => {
    if (turn.type !== 'Task') return [];
    const {
      text,
      answer,
      tool_calls = [],
      refused_calls = [],
    } = turnOutput.safeParse(turn.output).data ?? {};
    const ended = endOf(turn, end.at);
    const refused = refused_calls.map(
      ({ id, tool, problem }): CallLog => ({
        id,
        action: tool,
        status: 'refused',
        attempts: 0,
        started_at: ended ?? turn.enteredAt,
        ended_at: ended,
        input: null,
        output: null,
        error: { name: 'NotCalled', message: problem },
        usage: null,
      }),
    );
    const next = loop.slice(index + 1);
    const nextTurn = next.findIndex(({ type }) => type === 'Task');
    const map = next.slice(0, nextTurn === -1 ? next.length : nextTurn).find(({ type }) => type === 'Map');
    const made = (map ? (inside.get(map) ?? []) : [])
      .filter(({ type }) => type === 'Task')
      .toSorted((a, b) => (a.index.at(-1) ?? 0) - (b.index.at(-1) ?? 0))
      .map((visit) => {
        const asked = tool_calls[visit.index.at(-1) ?? 0];
        return callOf(visit, asked?.id ?? '', asked?.tool ?? visit.state, end);
      });
    return [
      {
        attempts: turn.attempts,
        started_at: turn.enteredAt,
        ended_at: map ? endOf(map, end.at) : ended,
        text: answer?.text ?? text ?? null,
        error: errorOf(turn, end),
        usage: usageOf(turn.output),
        calls: [...made, ...refused],
      },
    ];
  });
}

/** What failed and is not left yet is tried again. */
function errorOf(visit: Visit, end: End): z.infer<typeof loggedError> | null {
  if (!visit.error || (end.status === 'running' && goesOn(visit))) return null;
  return cutMessage(visit.error);
}

function callStatus(visit: Visit, ofRun: End['status']): CallLog['status'] {
  if (visit.exitedAt !== undefined) return visit.error ? 'failed' : 'succeeded';
  if (ofRun === 'running' && goesOn(visit)) return 'running';
  if (visit.abortedAt !== undefined) return 'aborted';
  return ofRun === 'aborted' && !visit.error ? 'aborted' : 'failed';
}

function callOf(visit: Visit, id: string, action: string, end: End): CallLog {
  return {
    id,
    action,
    status: callStatus(visit, end.status),
    attempts: visit.attempts,
    started_at: visit.enteredAt,
    ended_at: endOf(visit, end.at),
    input: cut(visit.input),
    output: visit.error ? null : cut(visit.output),
    error: errorOf(visit, end),
    usage: visit.error ? null : usageOf(visit.output),
  };
}

export function endOf(
  { exitedAt, abortedAt, failedAt, within }: Visit,
  endedAt: string | null,
): string | null {
  return exitedAt ?? abortedAt ?? failedAt ?? within?.exitedAt ?? endedAt;
}

/** Tokens of the turns, and of tools that ask a model themselves. */
export function usageOfTurns(turns: readonly TurnLog[]): z.infer<typeof tokenUsage> | null {
  return summedUsage(turns.flatMap((turn) => [turn, ...turn.calls]));
}
