// What people are told of a value that is too large: the same by the API and by a Catch within a run.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { DATA_LIMIT_MESSAGE, dataLimitMessage } from './data-limit-error.ts';

const REST = 'returned a result with a size exceeding the maximum number of bytes service limit.';

test.each([
  [`The state/task 'big' ${REST}`, `The step big ${REST}`],
  [`The state/task 'big.try' ${REST}`, `The step big ${REST}`],
  [`The state/task 'help.github.create_issue' ${REST}`, `The step help ${REST}`],
  [`The state/task 'workflow.output' ${REST}`, `The workflow ${REST}`],
  [`The state/task 'workflow.steps' ${REST}`, `The workflow ${REST}`],
  [
    "The state 'deep.try' returned a result nested too deep.",
    'The step deep returned a result nested too deep.',
  ],
  [`The state/task 'arn:aws:states:::lambda:invoke' ${REST}`, `A task ${REST}`],
  ['What else there is', 'What else there is'],
])('%s', async (cause, message) => {
  expect(dataLimitMessage(cause)).toBe(message);
  expect(await jsonata(DATA_LIMIT_MESSAGE).evaluate({}, { text: cause })).toBe(message);
});
