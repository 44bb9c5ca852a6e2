// What those who know JavaScript write, as JSONata: the same meaning, or nothing.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates are those of the texts
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { fromJavascript } from './from-javascript.ts';

test.each([
  ['inputs.a === 1', 'inputs.a = 1'],
  ['inputs.a == "x"', 'inputs.a = "x"'],
  ['inputs.a !== 1', 'inputs.a != 1'],
  ['!inputs.a', '$not(inputs.a)'],
  ['!!inputs.a.b[0]', '$boolean(inputs.a.b[0])'],
  ['!(inputs.a === 1 && inputs.b)', '$not(inputs.a = 1 and inputs.b)'],
  ['!inputs.a === true', '$not(inputs.a) = true'],
  ['inputs.a > 1 && inputs.b === 2', 'inputs.a > 1 and inputs.b = 2'],
  ['inputs.a > 1 || $exists(inputs.b)', 'inputs.a > 1 or $exists(inputs.b)'],
  ['inputs.name || "you"', '(inputs.name ? inputs.name : "you")'],
  ['inputs.a && inputs.b ? 1 : 2', 'inputs.a and inputs.b ? 1 : 2'],
  ['inputs.name ?? "you"', '(inputs.name != null ? inputs.name : "you")'],
  ['inputs.a?.b ?? inputs.c ?? 0', '(inputs.a.b != null ? inputs.a.b : (inputs.c != null ? inputs.c : 0))'],
  ['`Hello ${inputs.name}!`', '"Hello " & inputs.name & "!"'],
  ['`${inputs.a === 1 ? "x" : "y"} "q"`', '(inputs.a = 1 ? "x" : "y") & " \\"q\\""'],
  ["'a' + inputs.b + 'c'", "'a' & inputs.b & 'c'"],
  ['inputs.list.map(x => x.id)', '$map(inputs.list, function($x) { $x.id })'],
  [
    'inputs.list.filter((m, i) => m.from === "a" && i > 0)',
    '$filter(inputs.list, function($m, $i) { $m.from = "a" and $i > 0 })',
  ],
  ['inputs.list.map(x => x.x).join(", ")', '$join($map(inputs.list, function($x) { $x.x }), ", ")'],
  [
    'inputs.list.map(x => ({ x: x, "y" : x }))',
    '$map(inputs.list, function($x) { ({ "x": $x, "y" : $x }) })',
  ],
  [
    'inputs.list.map(x => ({ x : x.a ? x.b : [{ x: x }] }))',
    '$map(inputs.list, function($x) { ({ "x" : $x.a ? $x.b : [{ "x": $x }] }) })',
  ],
  ['{ a: inputs.b === 1 }', '{ "a": inputs.b = 1 }'],
  ['inputs.list{from: id === 1}', 'inputs.list{from: id = 1}'],
  ['inputs.list.map(x => [x.a, (x.b)])', '$map(inputs.list, function($x) { [$x.a, ($x.b)] })'],
  ['inputs.list.map(() => 1)', undefined],
  ['inputs.list.filter(x => x.a ? x : !x)', '$filter(inputs.list, function($x) { $x.a ? $x : $not($x) })'],
  ['inputs.list.reduce((a, b) => a + b, 0)', '$reduce(inputs.list, function($a, $b) { $a + $b }, 0)'],
  ['inputs.a["b"].c', 'inputs.a.b.c'],
  ["inputs['odd name'] === 1", 'inputs.`odd name` = 1'],
  ['(inputs.a || 5) > 3', '((inputs.a ? inputs.a : 5)) > 3'],
  ['`${inputs.n}`', '$string(inputs.n)'],
  ['`${inputs.a}${inputs.b}`', 'inputs.a & inputs.b'],
  ['`a` === 1', '`a` = 1'],
  ['inputs.a !== undefined && inputs.b === undefined', '$exists(inputs.a) and $not($exists(inputs.b))'],
  ['inputs.a === null', 'inputs.a = null'],
  ['inputs.a == null', undefined],
  ['inputs.name.slice(5, 2)', undefined],
  ['inputs.name.slice(2, 2)', '$substring(inputs.name, 2, 0)'],
  ['[1].concat([2])', '$append([1], [2])'],
  ['inputs.list.concat([1], [2])', undefined],
  ['Math.min(inputs.a, 2, 3)', '$min([inputs.a, 2, 3])'],
  ['Math.max(1)', undefined],
  ['inputs.list.join()', undefined],
  ['inputs.name.replace("a", "b")', '$replace(inputs.name, "a", "b", 1)'],
  ['inputs.name.replaceAll("a", "b")', '$replace(inputs.name, "a", "b")'],
  ['inputs.list[a === 1 && b].c', 'inputs.list[a = 1 and b].c'],
  ['inputs.a ? inputs.b === 1 : !inputs.c', 'inputs.a ? inputs.b = 1 : $not(inputs.c)'],
  ['(inputs.a || "x") + "y"', '((inputs.a ? inputs.a : "x")) & "y"'],
  ['(inputs.a; inputs.b === 1)', '(inputs.a; inputs.b = 1)'],
  ['inputs.name.toUpperCase()', '$uppercase(inputs.name)'],
  ['inputs.name.slice(0, 20)', '$substring(inputs.name, 0, 20)'],
  ['inputs.name.substring(3, 5)', '$substring(inputs.name, 3, 2)'],
  ['JSON.stringify(inputs.a)', '$string(inputs.a)'],
  ['Math.max(inputs.a, 2) + 1', '$max([inputs.a, 2]) + 1'],
  ['inputs.a === undefined', '$not($exists(inputs.a))'],
  ['inputs.a !== undefined', '$exists(inputs.a)'],
  ['$count(inputs.list[from === "x"]) === 0', '$count(inputs.list[from = "x"]) = 0'],
  [' inputs.a  ===  1 ', ' inputs.a  =  1 '],
  ['{ "a": inputs.b === 1, "c": [!inputs.d] }', '{ "a": inputs.b = 1, "c": [$not(inputs.d)] }'],
])('%s is %s', (javascript, code) => {
  expect(fromJavascript(javascript, false)).toBe(code);
  expect(() => jsonata(code ?? '1')).not.toThrow();
});

test.each([
  ['inputs.a && inputs.b', 'inputs.a and inputs.b'],
  ['inputs.a || "x"', 'inputs.a or "x"'],
  ['!(inputs.a || inputs.b) && inputs.c', '$not(inputs.a or inputs.b) and inputs.c'],
  ['(inputs.a || 5) > 3', '((inputs.a ? inputs.a : 5)) > 3'],
  ['(inputs.a || inputs.b).c || 1', undefined],
  ['inputs.a && (inputs.b || inputs.c)', 'inputs.a and (inputs.b or inputs.c)'],
])('where only the truth counts, %s is %s', (javascript, code) => {
  expect(fromJavascript(javascript, true)).toBe(code);
});

test.each([
  'inputs.a && inputs.b',
  'inputs.a || inputs.b',
  'inputs.a ?? inputs.b || 1',
  'inputs.a + inputs.b ?? 1',
  'inputs.a + 1 + "x"',
  'inputs.list.map(x => { return x.id })',
  'inputs.list.includes("a")',
  'inputs.name.slice(-3)',
  'typeof inputs.a === "string"',
  'inputs.a === "unfinished',
  'inputs.a === (1',
  // Nothing of JavaScript.
  'inputs.a = 1 and $not(inputs.b)',
  '$map(inputs.list, function($x) { $x.id })',
  'inputs.`odd-name` & "x"',
  'inputs.list^(>date).{"a": b}',
  'inputs.list[0].$uppercase(name)',
  '(1 + 2) * 3',
  '/* a === b */ 1',
  '"a === b"',
])('%s is not surely anything else', (javascript) => {
  expect(fromJavascript(javascript, false)).toBeUndefined();
});

const data = {
  inputs: {
    a: 1,
    b: 0,
    name: null,
    list: [
      { id: 'x', from: 'a' },
      { id: 'y', from: 'b' },
    ],
  },
};

test.each<[string, unknown]>([
  ['inputs.name ?? "you"', 'you'],
  ['inputs.missing ?? "you"', 'you'],
  ['inputs.b ?? "you"', 0],
  ['inputs.b || "you"', 'you'],
  ['inputs.list.filter(m => m.from !== "a").map(m => `${m.id}`)', undefined],
  ['inputs.list.filter(m => m.from !== "a").map(m => m.id)', 'y'],
  ['inputs.list.map(m => m.id + "!")', ['x!', 'y!']],
  ['!inputs.b', true],
  ['`a${inputs.a}`', 'a1'],
])('%s gives %j', async (javascript, value) => {
  const code = fromJavascript(javascript, false);
  const given: unknown = code === undefined ? undefined : await jsonata(code).evaluate(data);
  // Its lists have a mark that JSON leaves out.
  expect(JSON.stringify(given)).toBe(JSON.stringify(value));
});
