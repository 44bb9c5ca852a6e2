// Sends the start of a workflow, so that one run comes of it whatever happens to the answer.
import { ApiError } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { attemptAnswered, keyOfAttempt } from './attempts.ts';

interface Startable {
  readonly id: string;
  readonly type?: string | undefined;
}

/** Step Functions does not remember the runs of Express workflows: the API refuses a key for them. */
export const isExpress = ({ type }: Startable): boolean => type === 'express';

/**
 * @returns the id of the run
 * @throws ApiError, NetworkError
 */
export async function startWorkflow(
  workflow: Startable,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const params = { id: workflow.id };
  const body = { input };
  if (isExpress(workflow))
    return (await request('POST /workflows/{id}/executions', { params, body })).body.id;
  const text = JSON.stringify(input);
  const headers = { 'idempotency-key': keyOfAttempt(sessionStorage, workflow.id, text) };
  try {
    const { body: run } = await request('POST /workflows/{id}/executions', { params, headers, body });
    attemptAnswered(sessionStorage, workflow.id, text);
    return run.id;
  } catch (error) {
    if (!mayHaveStarted(error)) attemptAnswered(sessionStorage, workflow.id, text);
    throw error;
  }
}

/** Whether a run may have started, though nobody said so. */
export function mayHaveStarted(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status >= 500;
}
