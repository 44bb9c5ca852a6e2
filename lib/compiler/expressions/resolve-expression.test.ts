// Expressions: which names are references, what they become, and what is said of those that are wrong.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { around, compiled, definition, problems } from '../testing/compile.ts';

const INPUT = '$states.context.Execution.Input';
const COUNT = `($exists(${INPUT}.count) ? ${INPUT}.count : 3)`;

test.each([
  // Roots
  ['{{ inputs.name }}', `{% ${INPUT}.name %}`],
  ['{{inputs.count}}', `{% ${COUNT} %}`],
  ['{{ inputs.`with-hyphen` }}', `{% ${INPUT}.\`with-hyphen\` %}`],
  ['{{ "inputs".name }}', `{% ${INPUT}.name %}`],
  ['{{ $$.inputs.name }}', `{% ${INPUT}.name %}`],
  [
    '{{ inputs }}',
    `{% $merge([{"count":3}, $sift(${INPUT}, function($value, $name) {$not($name in ["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID","AI_ORCHESTRA_VALUES_OF_EXECUTION_ID"])})]) %}`,
  ],
  ['{{ steps.fetch }}', '{% $step_fetch %}'],
  ['{{ steps /* the mail */ . fetch . messages }}', '{% $step_fetch . messages %}'],
  ['{{ vars.total }}', '{% $var_total %}'],
  ['{{ execution.id & execution.workflow_id }}', '{% $states.context.Execution.Id & "w" %}'],
  ['{{ execution.started_at }}', '{% $states.context.Execution.StartTime %}'],
  // Text around expressions
  ['a {{ inputs.name }}, {{ vars.total }}', `{% "a " & (${INPUT}.name) & ", " & ($var_total) %}`],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: another system's expression
  ['${{ "{{" }} github.sha }}', '{% "$" & ("{{") & " github.sha }}" %}'],
  ['{{ inputs.name }}{{ inputs.name }}', `{% (${INPUT}.name) & (${INPUT}.name) %}`],
  ['{{ {"a": {"b": 1}}}}', '{% {"a": {"b": 1}} %}'],
  ['{{ "}}" }}', '{% "}}" %}'],
  ['{{ "{{name}}" }} x', '{% ("{{name}}") & " x" %}'],
  // Where a name is a root: in arguments, lambdas, blocks, conditions, constructors
  ['{{ $count([inputs.name, [vars.total]]) }}', `{% $count([${INPUT}.name, [$var_total]]) %}`],
  ['{{ {inputs.name: vars.total} }}', `{% {${INPUT}.name: $var_total} %}`],
  ['{{ (inputs.name; vars.total) }}', `{% (${INPUT}.name; $var_total) %}`],
  ['{{ $count(inputs.data[inputs.x = 1]) }}', `{% $count(${INPUT}.data[inputs.x = 1]) %}`],
  [
    '{{ $string($map([1], function($v) { $v & inputs.name })) & "" }}',
    `{% $string($map([1], function($v) { $v & ${INPUT}.name })) & "" %}`,
  ],
  // Where it is not: later steps of a path, predicates, sort terms, grouping, object steps
  [
    '{{ $count(steps.fetch.messages[subject = "steps"].from) }}',
    '{% $count($step_fetch.messages[subject = "steps"].from) %}',
  ],
  ['{{ $count(steps.fetch.messages^(>subject)) }}', '{% $count($step_fetch.messages^(>subject)) %}'],
  ['{{ $count(steps.fetch.messages{from: subject}) }}', '{% $count($step_fetch.messages{from: subject}) %}'],
  ['{{ $count(steps.fetch.messages.{"from": from}) }}', '{% $count($step_fetch.messages.{"from": from}) %}'],
  [
    '{{ $count(steps.fetch.messages.(subject & from)) }}',
    '{% $count($step_fetch.messages.(subject & from)) %}',
  ],
  [
    '{{ $count(steps.fetch.messages[from = $$.inputs.name]) }}',
    `{% $count($step_fetch.messages[from = ${INPUT}.name]) %}`,
  ],
  ['{{ $count(inputs.data.inputs.steps) }}', `{% $count(${INPUT}.data.inputs.steps) %}`],
  ['{{ "inputs.name" & "steps.fetch" }}', '{% "inputs.name" & "steps.fetch" %}'],
  ['{{ inputs.name & /* steps.nope */ "" }}', `{% ${INPUT}.name & /* steps.nope */ "" %}`],
  [
    '{{ $contains(inputs.name, /steps\\.fetch/) & "" }}',
    `{% $contains(${INPUT}.name, /steps\\.fetch/) & "" %}`,
  ],
  [
    '{{ $count(inputs.data.list^(p)[id = $$.inputs.name]) }}',
    `{% $count(${INPUT}.data.list^(p)[id = ${INPUT}.name]) %}`,
  ],
  // A list of one item stays a list, a group belongs to its whole path
  [
    '{{ inputs.count[] }}',
    `{% ($value := [{"value": ${COUNT}}].value[]; $exists($value) ? $value : null) %}`,
  ],
  [
    '{{ inputs.count{"n": $}[1 = 1] }}',
    `{% ($value := [{"value": ${COUNT}}].value{"n": $}[1 = 1]; $exists($value) ? $value : null) %}`,
  ],
  [
    ['{{ $type := inputs.data.x }}', '{{ vars.total }}'],
    [`{% ($value := ($type := ${INPUT}.data.x); $exists($value) ? $value : null) %}`, '{% $var_total %}'],
  ],
  // Nothing becomes null
  [
    '{{ steps.fetch.messages[0].subject }}',
    '{% ($value := $step_fetch.messages[0].subject; $exists($value) ? $value : null) %}',
  ],
  ['{{ inputs.optional }}', `{% ($value := ${INPUT}.optional; $exists($value) ? $value : null) %}`],
  ['{{ $exists(steps.skipped) ? steps.skipped : 0 }}', '{% $exists($step_skipped) ? $step_skipped : 0 %}'],
  // Literals that Step Functions would take for programs
  ['{% 1 %}', '{% "\\u007b% 1 %\\u007d" %}'],
  ['100 %}', '{% "100 %\\u007d" %}'],
  ["{{ '{% 1 %}' & \"it's %}\" }}", '{% "\\u007b% 1 %\\u007d" & "it\'s %\\u007d" %}'],
  [{ 'a.$': 1 }, '{% {"a.$":1} %}'],
  [
    { a: ['{{ vars.total }}', 'x'], b: null },
    { a: ['{% $var_total %}', 'x'], b: null },
  ],
  ['no expression', 'no expression'],
])('%j', (value, expected) => {
  const output = compiled(value);
  expect(output).toEqual(expected);
  if (typeof output === 'string' && output.startsWith('{%')) jsonata(output.slice(2, -2));
});

test.each([
  ['{{ inputs.nme }}', 'unknown-reference', 11, 'Did you mean name?'],
  ['a {{ name }}', 'unknown-reference', 6, 'Did you mean inputs.name?'],
  ['{{ fetch.messages }}', 'unknown-reference', 4, 'Did you mean steps.fetch?'],
  ['{{ total }}', 'unknown-reference', 4, 'Did you mean vars.total?'],
  ['{{ input.name }}', 'unknown-reference', 4, 'Did you mean inputs?'],
  ['{{ steps.fech }}', 'unknown-reference', 10, 'Did you mean fetch?'],
  ['{{ steps }}', 'unknown-reference', 4, 'Name a step'],
  ['{{ steps["fetch"] }}', 'unknown-reference', 4, 'Name a step'],
  ['{{ vars }}', 'unknown-reference', 4, 'Variables: total'],
  ['{{ vars.totl }}', 'unknown-reference', 9, 'Did you mean total?'],
  ['{{ execution.ID }}', 'unknown-reference', 14, 'Did you mean id?'],
  ['{{ item.x }}', 'unknown-reference', 4, 'for_each'],
  ['{{ index }}', 'unknown-reference', 4, 'for_each'],
  ['{{ error.name }}', 'unknown-reference', 4, 'on_error'],
  ['{{ steps.value }}', 'later-step', 10, ''],
  ['{{ $map([1], function($v) { nope }) }}', 'unknown-reference', 29, ''],
  ['{{ $count(inputs.name ? [nope]) }}', 'unknown-reference', 26, ''],
  ['{{ steps.fetch.mesages }}', 'unknown-field', 16, 'Did you mean messages?'],
  ['{{ steps.fetch.messages.attachments[0].nam }}', 'unknown-field', 40, 'Did you mean name?'],
  ['{{ steps.fetch.messages[0].attachments.nam }}', 'unknown-field', 40, 'Did you mean name?'],
  ['{{ steps.fetch.messages[frm = "a"] }}', 'unknown-field', 25, 'Did you mean from?'],
  ['{{ steps.fetch.messages^(subjct) }}', 'unknown-field', 26, 'Did you mean subject?'],
  ['{{ steps.fetch.messages.{"a": subjct} }}', 'unknown-field', 31, 'Did you mean subject?'],
  ['{{ steps.fetch.messages{from: subjct} }}', 'unknown-field', 31, 'Did you mean subject?'],
  ['{{ steps.fetch.messages.(subjct) }}', 'unknown-field', 26, 'Did you mean subject?'],
  ['{{ steps.fetch.messages[0].subject.other }}', 'unknown-field', 36, 'Leave it out'],
  ['{{ (steps.fetch).mesages }}', 'unknown-field', 18, 'Did you mean messages?'],
  ['{{ steps.skipped ? steps.skipped.txt : 0 }}', 'unknown-field', 34, 'Did you mean text?'],
  ['{{ $foo(1) }}', 'unknown-function', 4, ''],
  ['{{ $undefined }}', 'unknown-function', 4, ''],
  ['{{ $eval("1") }}', 'not-allowed', 4, '$parse'],
  ['{{ $map(["1"], $eval) }}', 'not-allowed', 16, ''],
  ['{{ $ }}', 'not-allowed', 4, ''],
  ['{{ $.name }}', 'not-allowed', 4, ''],
  ['{{ $$ }}', 'not-allowed', 4, ''],
  ['{{ $states.input }}', 'not-allowed', 4, ''],
  ['{{ inputs.data.list^(p)[$eval("1")] }}', 'not-allowed', 25, '$parse'],
  ['{{ inputs.data.list^(p)#$i[$nope($i)].id }}', 'unknown-function', 28, ''],
  ['{{ inputs.data.list.kids.%[$eval("1")].id }}', 'not-allowed', 28, '$parse'],
  ['{{ /a/[$eval("1")] }}', 'not-allowed', 8, '$parse'],
  ['{{ $$[0].inputs.name }}', 'not-allowed', 4, '$$.inputs'],
  ['{{ ($var_total := 99; vars.total) }}', 'reserved-name', 5, '$my_var_total'],
  ['{{ ($states := {}; inputs.name) }}', 'reserved-name', 5, ''],
  ['{{ ($merge := 1; inputs) }}', 'reserved-name', 5, ''],
  ['{{ $map([1], function($step_fetch) { steps.fetch }) }}', 'reserved-name', 23, ''],
  ['{{ {"hasOwnProperty": 1} }}', 'forbidden-key', 5, ''],
  ['{{ steps.fetch.messages{"hasOwnProperty": 1} }}', 'forbidden-key', 25, ''],
  ['{{ inputs.count[0]{"n": $}[0] }}', 'expression-syntax', 28, 'brackets'],
  ['{{ * }}', 'not-allowed', 4, ''],
  ['{{ 1 + }}', 'expression-syntax', 8, ''],
  ['{{ inputs.name ) }}', 'expression-syntax', 16, ''],
  ['{{ "a }}', 'expression-syntax', 7, ''],
  ['{{ }}', 'expression-syntax', 4, ''],
  ['{{ inputs.count === 3 }}', 'expression-syntax', 18, 'JSONata compares with ='],
  ['{{ inputs.count && 3 }}', 'expression-syntax', 18, 'written and'],
  ['{{ !inputs.count }}', 'expression-syntax', 4, '$not'],
  ['{{ inputs.data.x.toUpperCase() }}', 'unknown-function', 18, '$uppercase(text)'],
  ['{{ inputs.name.length }}', 'unknown-field', 16, '$length'],
  ['{{ steps.fetch.messages.length }}', 'unknown-field', 25, '$count(…) counts the items of a list'],
  ['{{ steps.fetch.messages[subject = inputs.name] }}', 'unknown-field', 35, 'Write $$.inputs.name'],
  ['{{ $map(steps.fetch.messages, function($m) { $m.subjct }) }}', 'unknown-field', 49, 'subject?'],
  ['{{ $filter(steps.fetch.messages, function($m, $i) { $i.x }) }}', 'unknown-field', 56, 'Leave it out'],
  [
    '{{ $sort(steps.fetch.messages, function($l, $r) { $l.subject > $r.subjct }) }}',
    'unknown-field',
    67,
    'subject?',
  ],
  ['{{ ($m := steps.fetch.messages[0]; $m.subjct) }}', 'unknown-field', 39, 'subject?'],
  ['{{ inputs.name + 1 }}', 'type-mismatch', 16, '& joins texts'],
  ['{{ steps.fetch.messages > 0 }}', 'type-mismatch', 25, '$count(…)'],
  ['{{ inputs.count > "3" }}', 'type-mismatch', 17, '$number(…)'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: another system's expression
  ['${{ github.sha }}', 'unknown-reference', 5, '${{ "{{" }} github.sha }}'],
  ['a {{ b', 'expression-unclosed', 3, ''],
  [`"}} & $eval('x') & {{"`, 'expression-unclosed', 20, ''],
  [`{{ ${'1+'.repeat(501)}1 }}`, 'too-deep', 3, ''],
])('%s', (value, code, column, hint) => {
  const found = problems(around(value));
  expect(found).toHaveLength(1);
  const meant = /Did you mean (\S+)\?/.exec(found[0]?.hint ?? '')?.[1];
  // What is meant by what is written as in JavaScript is held in problems/fix.test.ts.
  const { fix, ...told } = found[0] ?? {};
  expect(told).toEqual({
    code,
    pointer: '/steps/3/transform',
    message: expect.stringMatching(/^[^\n]+$/),
    column,
    hint: expect.stringContaining(hint),
  });
  if (meant !== undefined) expect(fix).toMatchObject({ replaces: 'text', with: meant });
});

test.each([
  '{{ inputs.data.anything[0].goes }}',
  '{{ steps.fetch.messages[unread].attachments[size > 10].name }}',
  '{{ steps.fetch.messages[-1].reply_to }}',
  '{{ steps.fetch.messages.attachments^(>size)[0].name }}',
  '{{ steps.fetch.messages@$m.attachments.{"of": $m.subject, "name": name} }}',
  '{{ steps.fetch.messages#$i.{"n": $i, "s": subject} }}',
  '{{ steps.fetch.messages.attachments.{"of": %.subject} }}',
  '{{ steps.fetch.messages.*[0] }}',
  '{{ steps.fetch.**.name }}',
  '{{ steps.fetch ~> |messages|{"anything": subjct}| }}',
  '{{ $merge([steps.fetch, inputs.data]).whatever }}',
  '{{ $map(steps.fetch.messages, function($m, $i) { $m.subject & $i }) }}',
  '{{ $map([steps.fetch.messages, steps.fetch.messages], function($m) { $m.subject }) }}',
  '{{ steps.fetch.messages ~> $map(function($m) { $m.whatever }) }}',
  '{{ $map(steps.fetch.messages, function($m) { ($f := function($m) { $m.whatever }; $f(inputs.data)) }) }}',
  '{{ ($m := steps.fetch; $m := inputs.data; $m.whatever) }}',
  '{{ $reduce(steps.fetch.messages, function($sum, $m) { $sum + $sum.whatever + $count($m.attachments) }, 0) }}',
  '{{ inputs.data.a + 1 > inputs.data.b }}',
  '{{ steps.fetch.messages[0].subject < "m" }}',
  '{{ ($f := function($x) { $x + 1 }; $f(inputs.count)) }}',
  '{{ inputs.name ~> $uppercase ~> $split(" ") }}',
  '{{ ($x := inputs.data; $x.whatever) }}',
  '{{ $reduce([1, 2], function($a, $b) { $a + $b }) }}',
  '{{ $uuid() & $hash("a", "MD5") & $string($range(1, 3, 1)) & $string($partition([1], 1)) }}',
  '{{ $exists(steps.skipped) ? steps.skipped.text : "none" }}',
  '{{ steps.fetch.messages[$.subject = "x"] }}',
  '{{ (function($x)<n:n>{ $x * 2 })(3) }}',
  '{{ [1..inputs.count] }}',
  '{{ inputs.name in ["a", "b"] }}',
])('no false alarm: %s', (value) => {
  expect(problems(around(value))).toEqual([]);
});

const spots = {
  root: [
    'inputs.name',
    '$$.inputs.name',
    '$string(vars.total)',
    '(inputs.name; vars.total)',
    '/a/[$$.inputs.count = 3]',
  ],
  within: [
    '^(p)[id = $$.inputs.count]',
    '^(p)#$i[$i < $$.inputs.count]',
    '^(>$$.inputs.name)',
    '.kids.%[id = $$.inputs.count].id',
    '#$i[$i < $$.inputs.count]',
    '[id = $$.vars.total]^(p)[0].x[y = $$.inputs.name]',
    '{id: $$.inputs.name}',
    '.{"a": $$.steps.fetch}',
    '.(function($x) { $x & $$.inputs.name })($)',
    '.*[$$.inputs.count]',
    '.**[$$.inputs.count]',
    '@$m.kids[z = $m.id and z < $$.vars.total]',
    '.($y := $$.inputs.name; $y)',
    ' ~> |kids|{"n": $$.inputs.name}, "p"|',
    '.$map(kids, function($k) { $$.inputs.name })[$ = $$.vars.total]',
  ],
};

test.each([...spots.root, ...spots.within.map((spot) => `inputs.data.list${spot}`)])(
  'no reference is left as it was: %s',
  (expression) => {
    const output = String(compiled(`{{ ${expression} }}`));
    const left: unknown[] = [];
    const open: unknown[] = [jsonata(output.slice(2, -2)).ast()];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (typeof at !== 'object' || at === null) continue;
      if ('type' in at && 'value' in at) {
        if (at.type === 'variable' && at.value === '$') left.push(at);
        if (at.type === 'name' && ['inputs', 'steps', 'vars'].includes(String(at.value))) left.push(at);
      }
      open.push(...Object.values(at).filter((child) => child !== undefined));
    }
    expect(left).toEqual([]);
  },
);

test.each([
  ['inputs.items.{"t": title}', null],
  ['inputs.items.[title]', null],
  ['inputs.items.("x" & id)', null],
  ['inputs.items.$string(1)', null],
  ['inputs.items.$count(x)', null],
  ['inputs.items.(1=1)', null],
  ['inputs.items^(p).("x" & id)', null],
  ['inputs.tag[]', ['solo']],
  ['inputs.tag[][0]', ['solo']],
  ['inputs[].tag', ['solo']],
  ['inputs.items[]', []],
  ['$string(inputs.items.(1))', null],
])('with an empty list, %s gives %j', async (expression, expected) => {
  const { States } = definition({
    id: 'w',
    inputs: { items: { default: [] }, tag: { default: 'solo' } },
    steps: [{ id: 'a', transform: `{{ ${expression} }}` }],
  });
  const state = States['a'];
  const code = String(state?.Type === 'Pass' ? state.Output : '').slice(2, -2);
  const bindings = { states: { context: { Execution: { Input: {} } } } };
  const value: unknown = await jsonata(code).evaluate(undefined, bindings);
  // Without what jsonata marks its lists with.
  expect(JSON.parse(JSON.stringify(value))).toEqual(expected);
});

test('an author’s variable does not take the place of a function of the last step', () => {
  const document = {
    id: 'w',
    steps: [{ id: 'a', transform: '{{ $uppercase("a") }}' }],
    output: '{{ ($uppercase := 1; steps.a) }}',
  };
  expect(definition(document).States['workflow.output']).toEqual({
    Type: 'Succeed',
    Output: expect.stringContaining('$step_a'),
  });
});

const everyReference = [
  'inputs',
  'inputs.count',
  'inputs.`with-hyphen`',
  'inputs.data',
  'steps.fetch.messages',
  'vars.total',
  'execution',
  'execution.workflow_id',
  '$$.inputs.count',
];

// The compiler does not parse again what it has put into such places.
test.each([
  'R',
  'R[0]',
  'R[0][1]',
  'R[$ = 1]',
  'R[$$.inputs.name = "x"]',
  '(R)[0]',
  '$string(R)',
  '$map([R], function($v) { [R, $v] })',
  'R & R',
  '[R, [R]]',
  '{"a": R, "b": {"c": R}}',
  '$exists(R) ? R : R',
  '($x := R; [$x, R])',
  'R ~> $string()',
  '$string ~> $map([R], ?)',
  '1 in [R] and R = R or R != R',
  '[1..2].(R)',
  '/* R */ R /* R */',
])('any reference can stand in %s', (place) => {
  for (const reference of everyReference) {
    const code = compiled(`{{ ${place.replaceAll('R', () => reference)} }}`);
    expect(code, reference).toMatch(/^\{% .* %\}$/s);
    expect(() => jsonata(String(code).slice(2, -2)), String(code)).not.toThrow();
  }
});

test.each(['/(?i)urgent/', '/a{2,1}/', '/[z-a]/', '/a++/', '/a/ii', '/(?P<n>a)/', '/+/'])(
  'a regular expression that is none: %s',
  (pattern) => {
    const [problem, another] = problems(around(`{{ $contains(inputs.name, ${pattern}) }}`));
    expect(another).toBeUndefined();
    expect(problem).toMatchObject({ code: 'expression-syntax', pointer: '/steps/3/transform' });
    expect(problem?.message).toMatch(/^(Invalid regular expression|Invalid flags|.*flag)/);
  },
);
