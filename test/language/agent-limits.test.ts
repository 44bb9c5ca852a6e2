// Steps of the kind `agent` on the local engine: what fails, answers that do not fit, results that are too large.
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { agent, failure, pages, says, startScriptedModel, usage } from '../support/scripted-model.ts';

const model = await startScriptedModel();
const { server, calls, sent, toolResults, start } = model;
beforeEach(() => model.reset());
afterAll(() => server.close());

describe('failures', () => {
  const create = agent({ tools: ['github.create_issue'] });
  const open = calls.bind(undefined, ['github-create_issue', { repo_name: 'o/r', title: 't' }]);

  test('of a tool are its result, and the model goes on', async () => {
    server.answer(open(), open(), says('I could not.'));
    const result = await start(create, {}, (_, count) =>
      count === 1 ? failure('NotFound', 'no "o/r"') : failure('ProviderUnavailable', 'dropped'),
    );
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { text: 'I could not.', turns: 3, tool_calls: 2 },
    });
    expect(toolResults(2)).toEqual([
      JSON.stringify({ error: { name: 'NotFound', message: 'no "o/r"' } }),
      // A write that got no answer may have happened.
      JSON.stringify({
        error: {
          name: 'ProviderUnavailable',
          message: 'dropped',
          note: 'It may have taken effect all the same: find out before you call it again.',
        },
      }),
    ]);
    expect(
      result.log.steps[0]?.turns?.map(({ calls: [made] }) => [
        made?.status,
        made?.attempts,
        made?.error?.name,
      ]),
    ).toEqual([
      ['failed', 1, 'NotFound'],
      ['failed', 4, 'ProviderUnavailable'],
      [undefined, undefined, undefined],
    ]);
  });

  test('of a tool that may pass are tried again by the rules of its action', async () => {
    server.answer(open(), says('Done.'));
    const result = await start(create, {}, (_, count) =>
      count < 3 ? failure('RateLimited', 'slow down') : { number: 1 },
    );
    expect(toolResults(1)).toEqual(['{"number":1}']);
    expect(result.log.steps[0]?.turns?.[0]?.calls).toMatchObject([{ status: 'succeeded', attempts: 3 }]);
  });

  test('a rate limit of the model is waited for, each turn with tries of its own', async () => {
    const limited = { status: 429, body: { error: { message: 'slow down' } } };
    server.answer(limited, limited, limited, open(), limited, limited, limited, says('Done.'));
    const result = await start(create, {}, () => ({ number: 1 }));
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { text: 'Done.', turns: 2 } });
    expect(result.states.filter((state) => state === 'answer.retry_after')).toHaveLength(6);
    expect(result.log.steps[0]).toMatchObject({ attempts: 7, turns: [{ attempts: 4 }, { attempts: 4 }] });
  });

  test('of the model are tried again by the step’s retry, and caught by its on_error', async () => {
    const refused = { status: 503, body: { error: { message: 'busy' } } };
    server.answer(open(), refused, says('Done.'));
    const result = await start(create, {}, () => ({ number: 1 }));
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { text: 'Done.', turns: 2 } });
    expect(result.calls.filter(({ function: f }) => f === 'github-create-issue')).toHaveLength(1);
    expect(result.log.steps[0]).toMatchObject({ attempts: 2, turns: [{ attempts: 1 }, { attempts: 2 }] });

    server.reset();
    server.answer(open(), refused);
    const caught = agent(
      { tools: ['github.create_issue'] },
      {
        retry: { max_attempts: 1 },
        on_error: [{ id: 'instead', transform: '{{ error.step }}: {{ error.message }}' }],
      },
    );
    const failed = await start(caught, {}, () => ({ number: 1 }));
    expect(failed).toMatchObject({ status: 'SUCCEEDED', output: 'answer: OpenAI answered 503: busy' });
    expect(failed.log.steps).toMatchObject([
      {
        id: 'answer',
        status: 'caught',
        attempts: 1,
        output: null,
        error: { name: 'ProviderUnavailable' },
        usage,
      },
      { id: 'instead', status: 'succeeded' },
    ]);
  });

  test('turns that are used up end the step, and are never tried again', async () => {
    server.answerBy(() => open());
    const limited = (rest: object) =>
      agent({ tools: ['github.create_issue'], max_turns: 2 }, { retry: { on: ['States.ALL'] }, ...rest });
    const failed = await start(limited({}), {}, () => ({ number: 1 }));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'MaxTurnsExceeded' });
    expect(failed.log.error?.message).toBe(
      'max_turns (2) is reached, and the model still wants to call github.create_issue',
    );
    expect(server.asked).toHaveLength(2);
    expect(failed.calls.filter(({ function: f }) => f === 'github-create-issue')).toHaveLength(1);
    const caught = await start(limited({ on_error: 'continue' }), {}, () => ({ number: 1 }));
    expect(caught).toMatchObject({ status: 'SUCCEEDED', output: { error: { name: 'MaxTurnsExceeded' } } });
  });

  test('between the turns are caught too: a fixed parameter that cannot be computed', async () => {
    server.answer(open());
    const tools = [{ action: 'github.create_issue', params: { body: '{{ $string($number(inputs.x)) }}' } }];
    const document = { ...agent({ tools }, { on_error: 'continue' }), inputs: { x: { type: 'string' } } };
    const result = await start(document, { x: 'no number' }, () => ({ number: 1 }));
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { error: { name: 'States.QueryEvaluationError' } },
    });
    expect(result.log.steps).toMatchObject([{ id: 'answer', status: 'caught' }]);
  });
});

describe('output_schema', () => {
  const output_schema = {
    type: 'object',
    properties: { urgent: { type: 'boolean' } },
    required: ['urgent'],
    additionalProperties: false,
  };

  test('gives the answer as JSON, of a type that later steps know', async () => {
    server.answer(calls(['notion-search_pages', { query: 'a' }]), says('{"urgent":true}'));
    const document = {
      ...agent({ output_schema }),
      output: '{{ steps.answer.json.urgent ? "now" : "later" }}',
    };
    expect((await start(document, {}, () => pages)).output).toBe('now');
    expect(sent(0).response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema: output_schema, strict: true },
    });
  });

  test('an answer that does not fit goes back once, and then fails the step', async () => {
    server.answer(says('yes'), says('{"urgent":false}'));
    const fine = await start(agent({ output_schema }), {}, () => pages);
    expect(fine.output).toMatchObject({ json: { urgent: false }, turns: 2 });
    expect(sent(1).messages.slice(2)).toEqual([
      { role: 'assistant', content: 'yes' },
      {
        role: 'user',
        content: 'This answer does not fit the schema: it is not JSON. Answer again, with JSON that fits.',
      },
    ]);

    server.answer(says('{}'), calls(['notion-search_pages', { query: 'a' }]), says('{"urgent":1}'));
    const failed = await start(agent({ output_schema }), {}, () => pages);
    expect(failed).toMatchObject({ status: 'FAILED', error: 'InvalidModelOutput' });
    expect(failed.log.error?.message).toBe(
      'The model\'s answer does not fit output_schema: /urgent must be true or false. It was: {"urgent":1}',
    );
  });
});

describe('sizes', () => {
  test('results of 250 KB are cut, with a mark, and end no run', async () => {
    server.answerBy(({ json }) => {
      const turn = Object(json).messages.filter((each: { role: string }) => each.role === 'assistant').length;
      if (turn === 6) return says('Done.');
      return turn === 5
        ? calls(
            ...Array.from({ length: 16 }, (): [string, object] => ['notion-search_pages', { query: '🙂' }]),
          )
        : calls(['notion-search_pages', { query: `${turn}` }]);
    });
    const result = await start(agent({}), {}, ({ event }) => ({
      text: (Object(event.input).query === '🙂' ? '🙂' : 'x"\n').repeat(50_000),
    }));
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { text: 'Done.', turns: 7, tool_calls: 21 },
    });
    // A result says how long it was; the oldest go first.
    expect(toolResults(1)[0]).toMatch(/^\{"text":"x.* … \(cut: 250011 characters in all\)$/s);
    expect(toolResults(1)[0]).toHaveLength(24_000 + ' … (cut: 250011 characters in all)'.length);
    expect(toolResults(6)).toHaveLength(21);
    expect(toolResults(6).at(-1)).toMatch(/^\{"text":"🙂+ … \(cut: 50011 characters in all\)$/u);
    const older = toolResults(6).slice(0, 5);
    expect(older.map((text) => text === ' … (cut)')).toEqual([true, true, true, true, false]);
    expect(older[4]?.endsWith(' … (cut)')).toBe(true);
    for (const { text } of server.asked) expect(Buffer.byteLength(text)).toBeLessThan(150 * 1024);
  });

  test('more calls than a turn can have, and arguments that are too large, are refused', async () => {
    const many = Array.from({ length: 18 }, (_, index): [string, object] => [
      'notion-search_pages',
      { query: `${index}` },
    ]);
    server.answer(
      calls(...many),
      calls(['notion-search_pages', { query: 'y'.repeat(70_000) }]),
      says('Done.'),
    );
    const result = await start(agent({}), {}, () => pages);
    expect(result.output).toMatchObject({ text: 'Done.', turns: 3, tool_calls: 16 });
    expect(toolResults(1).filter((text) => text.includes('at most 16 calls'))).toHaveLength(2);
    expect(toolResults(2).at(-1)).toContain('may have 64000 bytes together');
  });
});
