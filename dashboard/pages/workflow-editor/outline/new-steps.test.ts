// What is found for the words that people use for a step.
import { expect, test } from 'vitest';
import { choiceOf, kindChoices, soughtIn } from './new-steps.ts';

const action = (id: string, title: string, summary: string) =>
  choiceOf({
    ...{ id, title, summary, example: { input: { body: 'so' }, output: {} } },
    input: { required: ['body'], properties: { body: { type: 'string' } } },
  });
const choices = [
  action('github.create_issue', 'Create an issue', 'Opens an issue in a repository.'),
  action(
    'gmail.create_draft',
    'Create a draft',
    'Writes a mail, or a reply to one, as a draft; sends nothing.',
  ),
  action('gmail.list_messages', 'List messages', 'Lists the newest mails that match a query.'),
  action('gmail.send_message', 'Send a message', 'Sends a mail, or a reply to one.'),
  action('openai.chat', 'Chat', 'Completes a chat; gives text, and JSON of a given schema if asked.'),
  ...kindChoices,
];

test.each([
  ['email', ['gmail.create_draft', 'gmail.list_messages', 'gmail.send_message']],
  ['unread mail', ['gmail.list_messages', 'gmail.create_draft', 'gmail.send_message']],
  ['send mail', ['gmail.send_message', 'gmail.create_draft', 'gmail.list_messages']],
  ['classify', ['openai.chat']],
  ['model', ['openai.chat', 'agent']],
  ['ai', ['openai.chat', 'agent']],
  ['if', ['switch', 'openai.chat']],
  ['condition', ['switch']],
  ['approve', ['approval']],
  ['delay', ['wait']],
  ['loops', ['for_each']],
  ['create an issue', ['github.create_issue', 'gmail.create_draft']],
  ['spreadsheet', []],
])('%j', (sought, codes) => {
  expect(soughtIn(choices, sought).map(({ code }) => code)).toEqual(codes);
});

test.each(['', '  ', 'a', '…'])('%j leaves all of them', (sought) => {
  expect(soughtIn(choices, sought)).toEqual(choices);
});

test('an action is called with the texts that it needs, to be filled in', () => {
  expect(choices[0]?.step).toEqual({ action: 'github.create_issue', params: { body: '' } });
});
