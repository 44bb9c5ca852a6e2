// What is cut of a conversation that grew too long, and in which order.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonBytes } from '../actions/invocation/output-size.ts';
import { beginning, type Message, shortenedTo } from './conversation.ts';

const head = beginning('goal', 'how');
const call = (id: string, text = '{}'): Message => ({
  role: 'assistant',
  content: '',
  calls: [{ id, tool: 'github.add_comment', arguments: text }],
});
const result = (id: string, content: string): Message => ({ role: 'tool', id, content });
const contents = (messages: readonly Message[]) => messages.map(({ content }) => content.length);

test('a conversation that fits stays as it is', () => {
  const messages = [...head, call('1'), result('1', 'x'.repeat(1000))];
  expect(shortenedTo(messages)).toEqual(messages);
});

test('the oldest results are cut first, the last one only by the excess', () => {
  const messages = [
    ...head,
    call('1'),
    result('1', 'a'.repeat(500)),
    call('2'),
    result('2', 'b'.repeat(500)),
  ];
  const short = shortenedTo(messages, jsonBytes(messages) - 600);
  expect(short[3]).toMatchObject({ content: ' … (cut)' });
  expect(short[5]).toMatchObject({ content: expect.stringMatching(/^b{380,400} … \(cut\)$/) });
  expect(jsonBytes(short)).toBeLessThanOrEqual(jsonBytes(messages) - 600);
});

test('then the model’s own texts, whose arguments stay JSON', () => {
  const messages = [...head, call('1', JSON.stringify({ body: 'x'.repeat(500) })), result('1', 'done')];
  const [, , made, told] = shortenedTo(messages, 800);
  expect(made).toMatchObject({ calls: [{ id: '1', arguments: '{"cut":true}' }] });
  expect(told).toEqual(result('1', 'done'));
});

const thinking = (id: string): Message => ({
  role: 'assistant',
  content: 'I look.',
  phase: 'commentary',
  reasoning: ['x'.repeat(400)],
  calls: [{ id, tool: 't', arguments: '{}', reasoning: ['y'.repeat(400)] }],
});
const thoughtless = (id: string): Message => ({
  role: 'assistant',
  content: 'I look.',
  phase: 'commentary',
  calls: [{ id, tool: 't', arguments: '{}' }],
});

test('what was thought before the last turn goes first, the last turn’s thoughts after the results of tools', () => {
  const [first, last] = [result('1', 'a'.repeat(500)), result('2', 'b'.repeat(500))];
  const messages = [...head, thinking('1'), first, thinking('2'), last];
  const size = jsonBytes(messages);
  expect(shortenedTo(messages, size - 100)).toEqual([...head, thoughtless('1'), first, thinking('2'), last]);
  const cut = shortenedTo(messages, size - 1_400);
  expect(cut[4]).toEqual(thinking('2'));
  expect(cut[3]).toMatchObject({ content: expect.stringMatching(/… \(cut\)$/) });
  const all = shortenedTo(messages, size - 2_000);
  expect(all[4]).toEqual(thoughtless('2'));
  expect(jsonBytes(all)).toBeLessThanOrEqual(size - 2_000);
});

test('a thought that a server wants back is emptied, and what it wants back with a call is kept', () => {
  const extra_content = { google: { thought_signature: 'x' } };
  const messages: Message[] = [
    ...head,
    {
      role: 'assistant',
      content: '',
      calls: [{ id: '1', tool: 't', arguments: '{}', extra_content }],
      reasoning_content: 'x'.repeat(2000),
    },
    result('1', 'done'),
  ];
  expect(shortenedTo(messages, 1000)[2]).toEqual({
    role: 'assistant',
    content: '',
    calls: [{ id: '1', tool: 't', arguments: '{}', extra_content }],
    reasoning_content: '',
  });
});

test('finally whole turns, the oldest first', () => {
  const turns = Array.from({ length: 20 }, (_, index) => [
    call(`${index}`),
    result(`${index}`, 'done'),
  ]).flat();
  const short = shortenedTo([...head, ...turns], 1200);
  expect(short.slice(0, 2)).toEqual(head);
  expect(short.slice(2)).toEqual(turns.slice(-(short.length - 2)));
  expect(short[2]?.role).toBe('assistant');
});

test('a goal that is too large is refused', () => {
  expect(() => shortenedTo(beginning('x'.repeat(2000), undefined), 1000)).toThrow(
    /^The goal and the instructions have \d+ bytes as JSON; a conversation may have 1000$/,
  );
});

test('the result always fits, and each result still follows its call', () => {
  const turn = fc.record({
    words: fc.string(),
    written: fc.string({ maxLength: 300 }),
    given: fc.string({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 12 }), fc.integer({ min: 700, max: 4000 }), (turns, most) => {
      const messages = turns.flatMap(({ words, written, given }, index): Message[] => [
        { role: 'assistant', content: words, calls: [{ id: `${index}`, tool: 't', arguments: written }] },
        result(`${index}`, given),
      ]);
      const short = shortenedTo([...head, ...messages], most);
      expect(jsonBytes(short)).toBeLessThanOrEqual(most);
      expect(contents(short.slice(0, 2))).toEqual(contents(head));
      short.slice(2).forEach((said, index) => {
        if (said.role === 'tool') expect(short[index + 1]).toMatchObject({ calls: [{ id: said.id }] });
      });
    }),
  );
});
