// The API's logging in, as the login form uses it.
import { ApiError } from '../api/errors.ts';
import { request } from '../api/request.ts';
import type { AnswerBody, RequestParts } from '../api/routes.ts';

export type LoggedIn = AnswerBody<'POST /auth/login'>;
type ChallengeBody = NonNullable<RequestParts<'POST /auth/challenge'>['body']>;

/** A further step before the login: what the answer needs beside it. */
export interface Challenge {
  readonly challenge: ChallengeBody['challenge'];
  readonly challenge_session: string;
  readonly user_id: string;
  /** Where a code was sent. */
  readonly destination?: string;
  /** What may be chosen. */
  readonly choices?: readonly string[];
}

/** @throws ApiError, NetworkError */
export function logIn(user_id: string, password: string): Promise<LoggedIn | Challenge> {
  return orChallenge(() => request('POST /auth/login', { body: { user_id, password, session: true } }));
}

/** @throws ApiError, NetworkError */
export function answerChallenge(
  { challenge, challenge_session, user_id }: Challenge,
  answer: string,
): Promise<LoggedIn | Challenge> {
  const body = { challenge, challenge_session, user_id, answer, session: true };
  return orChallenge(() => request('POST /auth/challenge', { body }));
}

async function orChallenge(call: () => Promise<{ readonly body: LoggedIn }>): Promise<LoggedIn | Challenge> {
  try {
    return (await call()).body;
  } catch (error) {
    const challenge = error instanceof ApiError ? error.members['challenge'] : undefined;
    if (isChallenge(challenge)) return challenge;
    throw error;
  }
}

/** The server made it by its own schema. */
function isChallenge(value: unknown): value is Challenge {
  return typeof value === 'object' && value !== null && 'challenge_session' in value;
}
