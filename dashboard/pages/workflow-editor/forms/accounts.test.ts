// Whose account a call acts with, and what stands in the way of one.
import { expect, test } from 'vitest';
import { buildCatalogue } from '../../../../infrastructure/build-catalogue.ts';
import { callerAt, whyNotUsable } from './accounts.ts';

const actions = await buildCatalogue();
const tells = { action: 'gmail.send_message', params: {} };
const agent = { agent: { goal: 'g', tools: [tells, 'gmail.send_message'] } };
const approval = { approval: { message: 'm', notify: tells } };

test.each([
  [tells, [], ['google', 'default', 'gmail.send_message']],
  [{ action: 'http.request', params: {} }, [], ['http', undefined, 'http.request']],
  [agent, [], ['openai', 'default', 'openai.agent_turn']],
  [agent, ['agent', 'tools', '0'], ['google', 'default', 'gmail.send_message']],
  [agent, ['agent', 'tools', '1'], undefined],
  [agent, ['agent'], undefined],
  [approval, ['approval', 'notify'], ['google', 'default', 'gmail.send_message']],
  [approval, ['approval'], undefined],
  [approval, [], undefined],
  [{ action: 'gmail.sing' }, [], undefined],
  [{ wait: 'PT1M' }, ['wait', 'connection'], undefined],
])('in %j at %j: %j', (step, path, expected) => {
  const caller = callerAt(step, path, actions, 'report');
  expect(caller && [caller.provider, caller.usual, caller.action?.id]).toEqual(expected);
  expect(caller?.workflow).toBe(expected && 'report');
});

type Usable = Parameters<typeof whyNotUsable>[0];
const usable: Usable = { status: 'connected', workflows: null, missing: [] };
const lacks = [{ action: 'gmail.send_message', any_of: ['https://mail.google.com/'] }];

test.each<[Usable, action: string | undefined, why: string | undefined]>([
  [usable, 'gmail.send_message', undefined],
  [{ ...usable, status: 'untested' }, 'gmail.send_message', undefined],
  [{ ...usable, workflows: ['digest', 'report'] }, 'gmail.send_message', undefined],
  [{ ...usable, workflows: ['digest'] }, 'gmail.send_message', 'for other workflows only'],
  [{ ...usable, workflows: [] }, undefined, 'for other workflows only'],
  [{ ...usable, status: 'needs_reconnect' }, undefined, 'has to be connected again'],
  [{ ...usable, missing: lacks }, 'gmail.send_message', 'lacks a scope for gmail.send_message'],
  [{ ...usable, missing: lacks }, 'gmail.list_messages', undefined],
  [{ ...usable, missing: lacks }, undefined, undefined],
])('%j, for %j: %j', (connection, id, why) => {
  const action = actions.find((one) => one.id === id);
  expect(whyNotUsable(connection, { workflow: 'report', ...(action && { action }) })).toBe(why);
});
