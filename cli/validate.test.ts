// `orchestra validate`: files and folders in, problems with their places out.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from './testing/run.ts';

const good = '{"id": "good", "steps": [{"id": "list", "action": "github.list_repositories"}]}';
const misspelt = `{
  "id": "misspelt",
  "steps": [
    { "id": "fetch", "action": "gmail.list_messages" },
    { "id": "first", "transform": "{{ steps.fetch.messages[0].subjct }}" }
  ]
}
`;

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-cli-'));
  await mkdir(at('set', 'apart', 'node_modules', 'x'), { recursive: true });
  await mkdir(at('set', '.hidden'));
  await mkdir(at('empty'));
  await writeFile(at('set', 'b.workflow.json'), misspelt);
  await writeFile(at('set', 'a.workflow.json'), good);
  await writeFile(at('set', 'other.json'), '{');
  await writeFile(at('set', 'apart', 'c.workflow.json'), good);
  await writeFile(at('set', 'apart', 'node_modules', 'x', 'd.workflow.json'), misspelt);
  await writeFile(at('set', '.hidden', 'e.workflow.json'), misspelt);
});
afterAll(() => rm(folder, { recursive: true }));

test('a problem has its place, its code, its line with a caret, and a hint', async () => {
  const file = at('set', 'b.workflow.json');
  expect(await run(['validate', file])).toEqual({
    code: 1,
    stdout: `${file}:5:63: error: There is no field subjct here [unknown-field]
5 |     { "id": "first", "transform": "{{ steps.fetch.messages[0].subjct }}" }
  |                                                               ^
  = Did you mean subject? Fields: id, thread_id, subject, from, to, date, snippet, body_text, truncated, unread, labels.

1 problem in 1 file
`,
    stderr: '',
  });
});

test('a folder is searched recursively, and no file is read twice', async () => {
  const { code, stdout } = await run(['validate', '--json', at('set'), at('set', 'a.workflow.json')]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).map(({ file, ok }: { file: string; ok: boolean }) => [file, ok])).toEqual([
    [at('set', 'a.workflow.json'), true],
    [at('set', 'apart', 'c.workflow.json'), true],
    [at('set', 'b.workflow.json'), false],
  ]);
});

test('--json gives the problems of the API, each with its place in the file', async () => {
  const { code, stdout } = await run(['validate', '--json', '-'], { stdin: misspelt });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual([
    {
      file: '<stdin>',
      ok: false,
      problems: [
        {
          code: 'unknown-field',
          pointer: '/steps/1/transform',
          column: 28,
          message: 'There is no field subjct here',
          hint: expect.stringMatching(/^Did you mean subject\?/),
          fix: { pointer: '/steps/1/transform', replaces: 'text', with: 'subject', length: 6 },
          place: { line: 5, column: 63 },
        },
      ],
      warnings: [],
      not_checked: [],
    },
  ]);
});

test('warnings are not a failure', async () => {
  const unused = '{"id": "w", "inputs": {"x": {}}, "steps": [{"id": "a", "wait": "PT1S"}]}';
  const { code, stdout } = await run(['validate', '-', at('set', 'a.workflow.json')], { stdin: unused });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^<stdin>:1:24: warning: Nothing uses the input x \[unused-input\]\n.*\n {2}\| {24}\^\n/,
  );
  expect(stdout).toMatch(/\n1 warning in 1 of 2 files\n$/);
});

test('workflows that call each other are checked against the given files', async () => {
  const runs = (id: string, workflow: string, input?: object) =>
    JSON.stringify({ id, steps: [{ id: 'a', workflow, ...(input && { input }) }] });
  const files = {
    'a.json': runs('a', 'b', { titel: 'x' }),
    'b.json': JSON.stringify({
      id: 'b',
      inputs: { title: { type: 'string' } },
      steps: [{ id: 's', transform: '{{ inputs.title }}' }],
    }),
    'c.json': runs('c', 'd'),
    'd.json': runs('d', 'c'),
    'e.json': runs('e', 'reports'),
  };
  const { code, stdout } = await run(['validate', '--json', ...Object.keys(files)], { files });
  expect(code).toBe(1);
  const answers: { file: string; problems: { code: string }[]; not_checked: string[] }[] = JSON.parse(stdout);
  expect(answers.map(({ problems, not_checked }) => [problems.map((one) => one.code), not_checked])).toEqual([
    [['workflow-input', 'workflow-input'], []],
    [[], []],
    [['workflow-cycle'], []],
    [['workflow-cycle'], []],
    [[], ['reports']],
  ]);
  expect((await run(['validate', 'e.json'], { files })).stdout).toBe(
    'e.json: note: the workflow reports is not among the files: not checked\n1 file, no problems\n',
  );
});

test('without problems one line is printed', async () => {
  expect(await run(['validate', at('set', 'a.workflow.json'), at('set', 'apart')])).toEqual({
    code: 0,
    stdout: '2 files, no problems\n',
    stderr: '',
  });
});

test('unreadable files are reported, the others are checked all the same', async () => {
  const { code, stdout, stderr } = await run([
    'validate',
    at('none.json'),
    at('empty'),
    at('set', 'b.workflow.json'),
  ]);
  expect(code).toBe(2);
  expect(stdout).toContain('1 problem in 1 file');
  expect(stderr).toBe(
    `orchestra: ${at('none.json')} cannot be read: no such file or directory\norchestra: ${at('empty')} has no *.workflow.json in it\n`,
  );
});

/** Broken documents, and what stands at the place that the problem is given: `line:column text`. */
const places: Readonly<Record<string, [document: string, ...places: string[]]>> = {
  'the second of two lines that end with CR LF': ['{"id": "w",\r\n"steps": 5}', '2:10 5'],
  'lines that end with CR': ['{"id": "w",\r"steps": 5}', '2:10 5'],
  'behind a byte order mark': ['\ufeff{"id": "w", "steps": 5}', '1:22 5'],
  'after escapes, which are longer in the file': [
    '{"id": "w", "steps": [{"id": "a", "transform": "\\"\\n\\u00e9\\ud83d\\ude00 {{ nix }}"}]}',
    '1:75 nix',
  ],
  'after wide characters, as editors count them': [
    '{"id": "w", "steps": [{"id": "a", "transform": "日本 😀 {{ nix }}"}]}',
    '1:58 nix',
  ],
  'within an expression that is split by escapes': [
    '{"id": "w", "steps": [{"id": "a", "transform": "{{ \\u0022x\\u0022 & nix }}"}]}',
    '1:68 nix',
  ],
  'the key, where it is the key that is wrong': [
    '{"id": "w", "steps": [{"id": "a", "transform": 1, "commnt": "x"}]}',
    '1:51 "commnt"',
  ],
  'the key of a name': [
    '{"id": "w", "inputs": {"a b": {}}, "steps": [{"id": "a", "set": {"c d": "x"}}]}',
    '1:24 "a b"',
    '1:66 "c d"',
  ],
  'the value of an id': ['{"id": "W", "steps": [{"id": "a", "wait": "PT1S"}]}', '1:8 "W"'],
  'what something is missing in': ['{"id": "w", "steps": [ {"transform": 1}]}', '1:24 {"transform"'],
  'the document': ['\n {"steps": [{"id": "a", "transform": 1}]}', '2:2 {"steps"'],
  'keys with characters that pointers escape': [
    '{"id": "w", "steps": [{"id": "a", "transform": {"~/": {"~1": "{{ nix }}"}}}]}',
    '1:66 nix',
  ],
  'the last of a key that is there twice': [
    '{"id": "w", "steps": [5], "steps": [{"id": "a", "wait": "PT1S"}, 6]}',
    '1:27 "steps"',
    '1:66 6',
  ],
  'in the older format': [
    '{"id": "w", "steps": [{"id": "a", "type": "openai", "action": "summarize", "text": "\\"{{b_output}} {{ inputs.x.y + nix }}", "next_step": "b"}, {"id": "b", "type": "gmail", "action": "list_messages"}]}',
    '1:89 b_output',
    '1:110 x.y',
    '1:116 nix',
  ],
  'the step, of what the older format has no place for': [
    '{"id": "w", "steps": [{"id": "a-b", "type": "transform", "action": "extract", "source": "{{nix_output}}", "key": "x"}]}',
    '1:23 {"id": "a-b"',
  ],
};

test.each(Object.entries(places))('the place: %s', async (_, [document, ...expected]) => {
  const { stdout } = await run(['validate', '--json', '-'], { stdin: document });
  const lines = document.replace('\ufeff', '').split(/\r\n|\n|\r/);
  const found = JSON.parse(stdout)[0].problems.map(
    ({ place: { line, column } }: { place: { line: number; column: number } }, index: number) =>
      `${line}:${column} ${lines[line - 1]?.slice(column - 1).slice(0, expected[index]?.split(/(?<=^\S+) /)[1]?.length)}`,
  );
  expect(found).toEqual(expected);
});

const noJson: Readonly<Record<string, [text: string, place: string, message: string, hint?: string]>> = {
  'a comma too many': ['{\n  "id": "w",\n}', '3:1', 'property name expected', 'No comma stands before }.'],
  'a comma too many in a list': ['[1,\n2, ]', '2:4', 'value expected', 'No comma stands before ].'],
  'no comma': ['{"a": 1\n"b": 2}', '2:1', 'comma expected'],
  'a comment': ['{\n// x\n}', '2:1', 'invalid comment token', 'JSON has no comments; steps have "comment".'],
  'single quotes': ["{'a': 1}", '1:2', 'invalid symbol', 'Strings stand in "straight double quotes".'],
  'a wrong escape': ['{"a": "x\\y"}', '1:9', 'invalid escape character'],
  'a tab in a string': ['{"a": "x\ty"}', '1:9', 'invalid character'],
  'a string without an end': ['{"a": "x\n}', '1:7', 'unexpected end of string'],
  'nothing at all': ['', '1:1', 'value expected'],
  'no end': ['{"a": [1', '1:9', 'close bracket expected'],
  'a very deep beginning': ['['.repeat(100_000), '1:201', 'nested deeper than 200 levels'],
};

test.each(Object.entries(noJson))('not JSON: %s', async (_, [text, place, message, hint]) => {
  const { code, stdout } = await run(['validate', '-'], { stdin: text });
  expect(code).toBe(1);
  expect(stdout).toContain(`<stdin>:${place}: error: This is not valid JSON: ${message} [invalid-json]\n`);
  expect(/= (.*)/.exec(stdout)?.[1]).toBe(hint);
});

test('bytes that are not UTF-8 are located', async () => {
  const { stdout } = await run(['validate', '-'], { stdin: Buffer.from('{"id": "\xff"}', 'latin1') });
  expect(stdout).toMatch(/^<stdin>:1:9: error: This is not valid JSON: it is not UTF-8/);
});

test('valid JSON of any depth is checked', async () => {
  const stdin = `{"id": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const { code, stdout } = await run(['validate', '-'], { stdin });
  expect([code, /\[too-deep\]/.test(stdout)]).toEqual([1, true]);
});

/** The caret's line and the line above it. */
async function drawn(document: string): Promise<[line: string, caret: string]> {
  const { stdout } = await run(['validate', '-'], { stdin: document });
  const [, line = '', caret = ''] = stdout.split('\n');
  return [line, caret];
}

test('the caret is below the place: tabs as wide as above, wide characters two columns, combining marks none', async () => {
  expect(
    await drawn('{"id": "w", "steps": [{"id": "a",\t"transform": "日本 😀 e\u0301 {{ nix }}"}]}'),
  ).toEqual([
    '1 | {"id": "w", "steps": [{"id": "a",\t"transform": "日本 😀 e\u0301 {{ nix }}"}]}',
    '  |                                  \t                           ^',
  ]);
});

test('a line of 200 KB is shown in part, around the place', async () => {
  const long = 'x'.repeat(100_000);
  const [line, caret] = await drawn(
    `{"id": "w", "steps": [{"id": "a", "transform": "${long} 日本 {{ nix }} ${long}"}]}`,
  );
  expect(line).toMatch(/^1 \| …x+ 日本 {{ nix }} x+…$/);
  expect(line.length).toBeLessThanOrEqual(120);
  // The two wide characters before it are two columns each.
  expect(caret.indexOf('^')).toBe(line.indexOf('nix') + 2);
});

test('no text of a file reaches the terminal as a control sequence or changes its direction', async () => {
  const { stdout } = await run(['validate', '-'], { stdin: '{"\u001b[31m\u202e\u0007": 1\u009b}' });
  expect(stdout).toContain('1 | {"\ufffd[31m\ufffd\ufffd": 1\ufffd}');
  expect([...'\u001b\u202e\u0007\u009b'].filter((character) => stdout.includes(character))).toEqual([]);
});

/** Runs `work` in an environment whose terminal knows colours, whatever the environment of the tests is. */
async function inColourTerminal<T>(changed: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const knowing = { FORCE_COLOR: undefined, NO_COLOR: undefined, CI: undefined, TERM: 'xterm-256color' };
  for (const [name, value] of Object.entries({ ...knowing, ...changed })) vi.stubEnv(name, value);
  try {
    return await work();
  } finally {
    vi.unstubAllEnvs();
  }
}

test.each([
  ['a terminal', true, {}, true],
  ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['a terminal that knows none', true, { TERM: 'dumb' }, false],
  ['a file', false, {}, false],
])('colours on %s', async (_, terminal, environment, coloured) => {
  const { stdout } = await inColourTerminal(environment, () =>
    run(['validate', at('set', 'b.workflow.json')], { terminal }),
  );
  expect(stdout.includes('\u001b[31merror\u001b[39m')).toBe(coloured);
  expect(stdout.includes('\u001b')).toBe(coloured);
});

test('errors and warnings are in the order of the file, duplicate keys and numbers that are not kept among them', async () => {
  const stdin = `{
  "steps": [
    { "id": "pause", "wait": "PT2H" },
    { "id": "a", "transform": "{{ steps.b }}", "comment": "one",
      "comment": "two" },
    { "id": "retried", "action": "github.list_repositories", "retry": { "on": ["RateLimit"] } },
    { "id": "big", "transform": { "id": 9007199254740993, "sums": [1e400] } }
  ],
  "id": "W"
}
`;
  const { code, stdout } = await run(['validate', '-'], { stdin });
  expect(code).toBe(1);
  expect(stdout.match(/^<stdin>.*$/gm)).toEqual([
    '<stdin>:4:41: error: There is no step b [unknown-reference]',
    '<stdin>:5:7: error: The key "comment" stands twice in one object [duplicate-key]',
    '<stdin>:6:80: warning: No action throws the error "RateLimit" [unlikely-error]',
    '<stdin>:7:41: error: 9007199254740993 has more digits than are kept: it would become 9007199254740992 [inexact-number]',
    '<stdin>:7:68: error: 1e400 is larger than any number that is kept, 1.8e308 [inexact-number]',
    '<stdin>:9:9: error: "W" cannot be an id [invalid-id]',
  ]);
  expect(stdout).toContain('= It stands at line 4, column 48 too: only one of the values would count.');
  expect(stdout).toContain('5 problems and 1 warning in 1 file');
});

test('on one line they are in its order too', async () => {
  const retried = '{"id": "r", "action": "github.list_repositories", "retry": {"on": ["RateLimit"]}}';
  const stdin = `{"id": "w", "steps": [${retried}, {"id": "a", "transform": "{{ nix }}"}]}`;
  const { stdout } = await run(['validate', '-'], { stdin });
  expect(stdout.match(/^<stdin>\S+ \w+/gm)).toEqual(['<stdin>:1:90: warning', '<stdin>:1:135: error']);
});

test('a key that stands twice is a failure by itself, and nothing is compiled of it', async () => {
  const stdin = '{"id": "w", "steps": [{"id": "a", "wait": "PT1S", "wait": "PT2S"}]}';
  const { code, stdout } = await run(['validate', '-'], { stdin });
  expect([code, stdout.split('\n')[0]]).toEqual([
    1,
    '<stdin>:1:51: error: The key "wait" stands twice in one object [duplicate-key]',
  ]);
  const compiled = await run(['compile', '-'], { stdin });
  expect([compiled.code, compiled.stdout]).toEqual([1, '']);
});

test('what is named twice, by another path or as standard input, is read once', async () => {
  const file = at('set', 'a.workflow.json');
  const other = relative(process.cwd(), file);
  expect(other).not.toBe(file);
  expect((await run(['validate', file, other, '-', '-'], { stdin: good })).stdout).toBe(
    '2 files, no problems\n',
  );
});

test('the id of a workflow that is nearly that of one of the files is a mistake, and no unknown workflow', async () => {
  const files = {
    'a.json': '{"id": "a", "steps": [{"id": "s", "workflow": "reprots"}]}',
    'b.json': '{"id": "reports", "steps": [{"id": "s", "wait": "PT1S"}]}',
  };
  const { code, stdout } = await run(['validate', '--json', 'a.json', 'b.json'], { files });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)[0]).toMatchObject({
    problems: [{ code: 'unknown-workflow', pointer: '/steps/0/workflow' }],
    not_checked: [],
  });
  expect(JSON.parse(stdout)[0].problems[0].hint).toMatch(/^Did you mean reports\?/);
});

test.each([
  ['31', '1 problem in 1 file', misspelt],
  ['33', '1 warning in 1 file', '{"id": "w", "inputs": {"x": {}}, "steps": [{"id": "a", "wait": "PT1S"}]}'],
  ['32', '1 file, no problems', good],
])('on a terminal the summary has the colour %s: %s', async (colour, summary, stdin) => {
  const { stdout } = await inColourTerminal({}, () => run(['validate', '-'], { stdin, terminal: true }));
  expect(stdout).toContain(`\u001b[${colour}m${summary}\n\u001b[39m`);
});
