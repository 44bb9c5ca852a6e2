// `orchestra graph`: the states and ways of a workflow as Mermaid text.
import { expect, test } from 'vitest';
import { run } from './testing/run.ts';

const graph = async (workflow: object) => {
  const ran = await run(['graph', '-'], { stdin: JSON.stringify({ id: 'w', ...workflow }) });
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
  return ran.stdout;
};

test('shows kinds, comments and conditions as their author wrote them', async () => {
  const steps = [
    { id: 'list', action: 'github.list_repositories', comment: 'All of them' },
    {
      id: 'many',
      switch: [
        {
          when: '{{ $count(steps.list.repositories) > 9 }}',
          steps: [{ id: 'stop', fail: { error: 'TooMany' } }],
        },
      ],
      else: [{ id: 'rest', when: '{{ steps.list.repositories[0].private }}', wait: 'PT1H' }],
    },
    { id: 'done', transform: '{{ steps.list }}' },
  ];
  expect(await graph({ steps })).toBe(`stateDiagram-v2
  [*] --> list
  state "list" as list
  list: github.list_repositories
  list: All of them
  state "many" as many
  many: switch
  state "stop" as stop
  stop: fail
  state rest.when <<choice>>
  state "rest" as rest
  rest: wait
  state "done" as done
  done: transform
  list --> many
  many --> stop: $count(steps.list.repositories) > 9
  many --> rest.when: otherwise
  stop --> [*]: fails with TooMany
  rest.when --> rest: steps.list.repositories[0].private
  rest.when --> done: otherwise
  rest --> done
  done --> [*]
`);
});

test('loops and branches contain their steps; error handling is a transition of its own', async () => {
  const steps = [
    { id: 'each', for_each: [1, 2], steps: [{ id: 'pause', wait: 'PT1S' }] },
    {
      id: 'both',
      comment: 'At once',
      parallel: {
        left: [{ id: 'a', action: 'github.list_repositories', on_error: 'continue' }],
        right: [{ id: 'b', action: 'gmail.list_messages', on_error: [{ id: 'c', transform: 0 }] }],
      },
      on_error: 'continue',
    },
    { id: 'number', transform: '{{ $number("1") }}', on_error: 'continue' },
  ];
  expect(await graph({ steps, output: '{{ [steps.each, steps.both, steps.number] }}' })).toBe(`stateDiagram-v2
  [*] --> each
  state "each (for_each)" as each {
    [*] --> pause
    state "pause" as pause
    pause: wait
    pause --> [*]
  }
  state "both (parallel)#58; At once" as both {
    state "left" as both/left {
      [*] --> a
      state "a" as a
      a: github.list_repositories
      a --> [*]
      a --> a.output: on error
      a.output --> [*]
    }
    --
    state "right" as both/right {
      [*] --> b
      state "b" as b
      b: gmail.list_messages
      state "c" as c
      c: transform
      b --> [*]
      b --> c: on error
      c --> [*]
    }
  }
  state "number" as number
  number: transform
  each --> both
  both --> number
  both --> number: on error
  number --> workflow.output
  number --> workflow.output: on error
  workflow.output --> [*]
`);
});

test('ids that are keywords of Mermaid are renamed without collisions', async () => {
  const ids = ['state', '_state', 'Default', 'note', 'class', 'as', 'click', 'accTitle', 'states'];
  const steps = ids.map((id) => ({ id, wait: 'PT1S' }));
  const text = await graph({ steps });
  expect([...text.matchAll(/^ {2}state "(.+)" as (.+)$/gm)].map(([, name, id]) => [name, id])).toEqual([
    ['state', '__state'],
    ['_state', '_state'],
    ['Default', '_Default'],
    ['note', '_note'],
    ['class', '_class'],
    ['as', '_as'],
    ['click', '_click'],
    ['accTitle', '_accTitle'],
    ['states', 'states'],
  ]);
});

test('ids that Mermaid uses for beginnings and ends are renamed', async () => {
  const ids = ['end', 'Start', 'each_end', 'root_start', 'end_', 'root', 'ending'];
  const each = { id: 'each', for_each: [1], steps: [{ id: 'within', wait: 'PT1S' }] };
  const text = await graph({ steps: [each, ...ids.map((id) => ({ id, wait: 'PT1S' }))] });
  expect([...text.matchAll(/^ {2}state "(\w+)" as (.+)$/gm)].map(([, name, id]) => [name, id])).toEqual([
    ['end', '_end_'],
    ['Start', 'Start_'],
    ['each_end', 'each_end_'],
    ['root_start', 'root_start_'],
    ['end_', 'end_'],
    ['root', 'root_'],
    ['ending', 'ending'],
  ]);
});

test('the transitions of an agent name what its model wants', async () => {
  const tools = ['github.list_repositories', 'notion.search_pages'];
  const help = { id: 'help', agent: { goal: 'g', tools } };
  const ways = (await graph({ steps: [help, { id: 'last', transform: '{{ steps.help.text }}' }] })).match(
    /^.* --> .*$/gm,
  );
  expect(ways?.map((way) => way.trim())).toEqual([
    '[*] --> help',
    '[*] --> help.call',
    'help.call --> help.github.list_repositories: github.list_repositories',
    'help.call --> help.notion.search_pages: notion.search_pages',
    'help.call --> [*]: otherwise',
    'help.github.list_repositories --> [*]',
    'help.github.list_repositories --> help.failed: on error',
    'help.notion.search_pages --> [*]',
    'help.notion.search_pages --> help.failed: on error',
    'help.failed --> [*]',
    'help --> help.turn',
    'help.turn --> help.calls: wants to call',
    'help.turn --> last: has answered',
    'help.calls --> help',
    'last --> [*]',
  ]);
});

/** The forms of lines that there are: what Mermaid's grammar takes, with nothing in a label that could end it. */
const LABEL = String.raw`(?:[\p{L}\p{M}\p{N} .,()'!?_=>+$/[\]…\ufffd-]|#\d+;)+`;
const ID = String.raw`[\w./]+`;
const LINES = [
  `state "${LABEL}" as ${ID}(?: \\{)?`,
  `state ${ID} <<choice>>`,
  `(?:\\[\\*\\]|${ID}) --> (?:\\[\\*\\]|${ID})(?:: ${LABEL})?`,
  `${ID}: ${LABEL}`,
  '\\}',
  '--',
];
const LINE = new RegExp(`^ +(?:${LINES.join('|')})$`, 'u');

test.each([
  'a\nb\r\nc\u2028d',
  '"quoted" `code` *bold*',
  '%% no comment %%{init: {}}%%',
  'a --> b: c; d ::: e { } # f',
  '<script>alert(1)</script> &amp; #35;',
  'direction TB direction  lr',
  '\u001b[31m\u0000\ud800\u202e',
  'note left of a',
  '日本 😀',
  'x'.repeat(500),
])('no text of an author breaks the diagram: %j', async (comment) => {
  const steps = [
    { id: 'a', comment, for_each: [1], steps: [{ id: 'b', comment, wait: 'PT1S' }] },
    {
      id: 'c',
      when: `{{ ${JSON.stringify(comment)} = "{{" }}`,
      comment,
      fail: { error: comment.slice(0, 200) },
    },
  ];
  const [head, ...lines] = (await graph({ steps })).trimEnd().split('\n');
  expect(head).toBe('stateDiagram-v2');
  expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
  expect(lines.filter((line) => /direction\s+(?:tb|bt|rl|lr)/i.test(line))).toEqual([]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(500);
});

test('a workflow with problems has no diagram', async () => {
  const { code, stdout, stderr } = await run(['graph', '-'], { stdin: '{"id": "w", "steps": []}' });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^<stdin>:1:22: error: .*\[no-steps\]\n[\s\S]*\n1 problem in 1 file\n$/);
});

test('the steps that an error leads to are drawn as those of any list', async () => {
  const steps = [
    {
      id: 'list',
      action: 'github.list_repositories',
      on_error: [
        { id: 'told', when: '{{ error.name = "NotFound" }}', wait: 'PT1S' },
        { id: 'both', parallel: { left: [{ id: 'a', wait: 'PT1S' }], right: [{ id: 'b', wait: 'PT1S' }] } },
      ],
    },
  ];
  const drawn = await graph({ steps });
  expect(drawn).toContain("  told.when --> told: error.name = 'NotFound'\n");
  expect(drawn).toContain('    state "left" as both/left {\n');
  expect(drawn).toContain('    --\n    state "right" as both/right {\n');
});

test('a distributed loop that tolerates failures is drawn as any loop', async () => {
  const each = { id: 'each', for_each: [1], mode: 'distributed', steps: [{ id: 'pause', wait: 'PT1S' }] };
  const continued = { ...each, on_item_error: 'continue' };
  const tolerant = { ...continued, tolerated_failures: 1 };
  expect(await graph({ steps: [tolerant] })).toBe(await graph({ steps: [continued] }));
});

test('a label of sixty characters is whole, and of a longer one the first fifty-nine', async () => {
  const label = async (length: number) => {
    const steps = [{ id: 'pause', wait: 'PT1S', comment: 'x'.repeat(length) }];
    return /pause: (x.*)/.exec(await graph({ steps }))?.[1];
  };
  expect([await label(60), await label(61)]).toEqual(['x'.repeat(60), `${'x'.repeat(59)}…`]);
});
