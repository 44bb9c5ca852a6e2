// An agent's turns in the execution log: what the model said, and the calls that it requested.
import * as z from 'zod';
import type { CallLog, loggedError, TurnLog } from '../schemas/execution-log.ts';
import type { TokenUsage } from '../token-usage.ts';
import { truncated, truncatedError, usageOf, usageOfParts } from './log-values.ts';
import { isRunning, type Visit, withEnclosing } from './visit.ts';

/** The output of openai.agent_turn, as far as the log shows it. */
const turnOutput = z.object({
  text: z.string().optional(),
  answer: z.looseObject({ text: z.string() }).optional(),
  tool_calls: z.array(z.object({ id: z.string(), tool: z.string(), arguments: z.unknown() })),
  refused_calls: z.array(z.object({ id: z.string(), tool: z.string(), problem: z.string() })),
});

/** The answer in the output of an agent's last turn; null when there is none. */
export function answerOf(output: unknown): unknown {
  return turnOutput.safeParse(output).data?.answer ?? null;
}

/** How the run has ended, if it has. */
interface End {
  readonly status: string;
  readonly at: string | null;
}

/**
 * @param loop the visits of the step's own Tasks, Choices and Maps, in order
 * @param visits all visits of the run
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
    const calls = (map ? (inside.get(map) ?? []) : [])
      .filter(({ type }) => type === 'Task')
      .toSorted((a, b) => (a.index.at(-1) ?? 0) - (b.index.at(-1) ?? 0))
      .map((visit) => {
        const request = tool_calls[visit.index.at(-1) ?? 0];
        return callOf(visit, request?.id ?? '', request?.tool ?? visit.state, end);
      });
    return [
      {
        attempts: turn.attempts,
        started_at: turn.enteredAt,
        ended_at: map ? endOf(map, end.at) : ended,
        text: answer?.text ?? text ?? null,
        error: errorOf(turn, end),
        usage: usageOf(turn.output),
        calls: [...calls, ...refused],
      },
    ];
  });
}

/** A state that failed and was not left is being retried. */
function errorOf(visit: Visit, end: End): z.infer<typeof loggedError> | null {
  if (!visit.error || (end.status === 'running' && isRunning(visit))) return null;
  return truncatedError(visit.error);
}

function callStatus(visit: Visit, runStatus: End['status']): CallLog['status'] {
  if (visit.exitedAt !== undefined) return visit.error ? 'failed' : 'succeeded';
  if (runStatus === 'running' && isRunning(visit)) return 'running';
  if (visit.abortedAt !== undefined) return 'aborted';
  return runStatus === 'aborted' && !visit.error ? 'aborted' : 'failed';
}

function callOf(visit: Visit, id: string, action: string, end: End): CallLog {
  return {
    id,
    action,
    status: callStatus(visit, end.status),
    attempts: visit.attempts,
    started_at: visit.enteredAt,
    ended_at: endOf(visit, end.at),
    input: truncated(visit.input),
    output: visit.error ? null : truncated(visit.output),
    error: errorOf(visit, end),
    usage: visit.error ? null : usageOf(visit.output),
  };
}

export function endOf(
  { exitedAt, abortedAt, failedAt, within }: Visit,
  endedAt: string | null,
): string | null {
  const around = [...withEnclosing(within)].find((at) => at.exitedAt !== undefined);
  return exitedAt ?? abortedAt ?? failedAt ?? around?.exitedAt ?? endedAt;
}

/** The tokens of the turns, and of tools that call a model themselves. */
export function usageOfTurns(turns: readonly TurnLog[]): TokenUsage | null {
  return usageOfParts(turns.flatMap((turn) => [turn, ...turn.calls]));
}
