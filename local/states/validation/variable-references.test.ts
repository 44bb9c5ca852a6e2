// variableReferences: the variables of the state machine that each state refers to.
import { DescribeStateMachineCommand, DescribeStateMachineForExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { TestEngine } from '../testing/engine.ts';
import { variableReferences } from './variable-references.ts';

const machine = (States: object, QueryLanguage = 'JSONata') =>
  JSON.stringify({ QueryLanguage, StartAt: Object.keys(States)[0], States });
const referencesOf = (States: object, language?: string) =>
  variableReferences(machine(States, language))?.variableReferences;

test.each([
  ['$a + $b.c[$d]', ['a', 'b', 'd']],
  ['$states.input', []],
  ['$count($a)', ['a']],
  ['$map($list, $uppercase)', ['list']],
  ['$a ~> $sum', ['a']],
  ['$map($list, function($v, $i) { $v + $i + $a })', ['list', 'a']],
  ['($x := $a; $x + $b)', ['a', 'b']],
  ['[($x := $a), $x]', ['a', 'x']],
  ['($f := function($n) { $n < 1 ? $end : $f($n - 1) }; $f(3))', ['end']],
  ['$list@$l.items@$i[$i.id = $l.id and $i.n > $least].{"a": $l.a}', ['list', 'least']],
  ['$list#$at.($at + $a)', ['list', 'a']],
  ['$list.items[n > $least]#$at[$at < $most]', ['list', 'least', 'most']],
  ['[$list@$l.($l), $l]', ['list', 'l']],
  ['$list{$key: $sum($value)}', ['list', 'key', 'value']],
  ['$list^(>$.n, $by)', ['list', 'by']],
  ['$a ~> |$|{"n": $b}, $without|', ['a', 'b', 'without']],
  ['$called(?, $a)', ['a']],
  ['$a & $a', ['a']],
])('%s', (text, names) => {
  const found = referencesOf({ P: { Type: 'Pass', Output: `{% ${text} %}`, End: true } });
  expect(found).toEqual(names.length === 0 ? undefined : { P: names });
});

test('a variable may have the name of a function', () => {
  const P = { Type: 'Pass', Assign: { count: '{% $count + $sum %}' }, End: true };
  expect(referencesOf({ P })).toEqual({ P: ['count'] });
});

const inner = (name: string, variable: string) => ({
  StartAt: name,
  States: { [name]: { Type: 'Pass', Output: `{% $${variable} %}`, End: true } },
});

test('every field that takes expressions counts, in each state', () => {
  const references = referencesOf({
    Choose: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $a %}', Assign: { x: '{% $b %}' }, Output: '{% $c %}', Next: 'Each' }],
      Default: 'Both',
    },
    Each: {
      Type: 'Map',
      ItemReader: { Arguments: { Bucket: '{% $bucket %}' }, ReaderConfig: { MaxItems: '{% $most %}' } },
      ItemSelector: { s: ['{% $selected %}'] },
      ItemBatcher: { BatchInput: '{% $batch %}' },
      ItemProcessor: inner('In the Map', 'd'),
      Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $caught %}', Next: 'Both' }],
      Next: 'Both',
    },
    Both: { Type: 'Parallel', Branches: [inner('Left', 'l'), inner('__proto__', 'r')], Next: 'None' },
    None: { Type: 'Pass', Output: '$a', End: true },
  });
  expect(Object.entries(references ?? {})).toEqual([
    ['Choose', ['a', 'b', 'c']],
    ['Each', ['selected', 'bucket', 'most', 'batch', 'caught']],
    ['In the Map', ['d']],
    ['Left', ['l']],
    ['__proto__', ['r']],
  ]);
});

test('only states in JSONata have expressions', () => {
  const P = { Type: 'Succeed', Output: '{% $a %}' };
  expect(referencesOf({ P }, 'JSONPath')).toBeUndefined();
  expect(referencesOf({ P: { ...P, QueryLanguage: 'JSONata' } }, 'JSONPath')).toEqual({ P: ['a'] });
});

test('both operations return them, but not for METADATA_ONLY', async () => {
  const engine = await TestEngine.start();
  try {
    const states = {
      A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
      B: { Type: 'Succeed', Output: '{% $n %}' },
    };
    const stateMachineArn = await engine.create(states);
    const executionArn = await engine.start(stateMachineArn);
    const told = async (includedData: 'ALL_DATA' | 'METADATA_ONLY') => {
      const machine = new DescribeStateMachineCommand({ stateMachineArn, includedData });
      const used = new DescribeStateMachineForExecutionCommand({ executionArn, includedData });
      const answers = [await engine.client.send(machine), await engine.client.send(used)];
      return answers.map((answer) => answer.variableReferences);
    };
    expect(await told('ALL_DATA')).toEqual([{ B: ['n'] }, { B: ['n'] }]);
    expect(await told('METADATA_ONLY')).toEqual([undefined, undefined]);
  } finally {
    await engine.close();
  }
});
