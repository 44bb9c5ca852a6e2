// How often a model that runs in the background is looked at: the state machine waits so, and its events are counted so.

const SHORTEST_SECONDS = 2;
/** OpenAI keeps what nobody asked it to store for about ten minutes (https://developers.openai.com/api/docs/guides/background). */
const LONGEST_SECONDS = 120;

/** The seconds to wait next: a tenth of the time so far, so that an answer is had at most that much later than it is there. */
export function pollSeconds(elapsedSeconds: number): number {
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, Math.floor(elapsedSeconds / 10)));
}

/** How many waits there are at most in a time. */
export function mostPolls(seconds: number): number {
  let polls = 0;
  for (let elapsed = 0; elapsed < seconds; elapsed += pollSeconds(elapsed)) polls += 1;
  return polls;
}
