// Time zones and pictures of the functions of time: what is warned of is what JSONata makes nonsense of.
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { around, result } from '../testing/compile.ts';

const found = (value: string) =>
  result(around(value))
    .warnings.filter(({ code }) => code === 'unlikely-format')
    .map(({ code, hint, column }) => ({ code, hint, column }));

test.each([
  // The minutes that the zone is from UTC.
  ['+0000', 0],
  ['+0100', 60],
  ['+0530', 330],
  ['+1400', 840],
  ['-0500', -300],
  ['-1200', -720],
  ['-0330', -210],
  ['+05:30', 330],
  ['-05:00', -300],
  ['UTC+2', 120],
  ['+2', 120],
  ['Z', 0],
  ['UTC', 0],
  ['', 0],
  ['Europe/Berlin', 60],
  ['EST', -300],
])('%s', async (zone, minutes) => {
  const told = await jsonata(`$fromMillis(1000000000000, "[H01]:[m01]", "${zone}")`).evaluate(undefined);
  const right = new Date(1_000_000_000_000 + minutes * 60_000).toISOString().slice(11, 16);
  const warned = found(`{{ $fromMillis(0, "[H01]:[m01]", "${zone}") }}`).map(({ code }) => code);
  expect(warned).toEqual(told === right ? [] : ['unlikely-format']);
  expect(found(`{{ $now("[H01]", "${zone}") }}`).map(({ code }) => code)).toEqual(warned);
  expect(found(`{{ 0 ~> $fromMillis("[H01]", "${zone}") }}`).map(({ code }) => code)).toEqual(warned);
});

test.each([
  ['Europe/Berlin', /^JSONata knows offsets such as "\+0100" and "-0500", and no names of time zones\.$/],
  ['+05:30', /: write "\+0530"\.$/],
  ['GMT-5', /: write "-0500"\.$/],
  ['Z', /: write "\+0000", or leave it out\.$/],
  ['-03:30', /take them off the time itself, with 30 \* 60000, and write "-0300"\.$/],
])('what to write instead of %s', (zone, hint) => {
  expect(found(`{{ $now("[H01]", "${zone}") }}`)).toEqual([
    { code: 'unlikely-format', hint: expect.stringMatching(hint), column: 4 },
  ]);
});

test.each([
  '{{ $toMillis(inputs.name, "YYYY-MM-DD") }}',
  '{{ $now("HH:mm") }}',
  '{{ $fromMillis(0, "%Y") }}',
])('a picture without a part of a time: %s', (value) => {
  expect(found(value)).toEqual([
    {
      code: 'unlikely-format',
      hint: 'A picture names its parts in brackets: "[Y0001]-[M01]-[D01] [H01]:[m01]".',
      column: 4,
    },
  ]);
});

test.each([
  ...[
    '[Y]-[M]-[D]',
    '[Y0001][M01][D01]',
    '[ Y ]',
    '[Y,4-4]',
    '[Y,2-2]',
    '[MNn] [D1o]',
    '[MNn,3-3]',
    '[h#1]:[m01][P]',
  ],
  ...[
    '[d]',
    '[F]',
    '[FNn]',
    '[Z]',
    '[z]',
    '[Z0101t]',
    '[f001]',
    '[W]',
    '[w]',
    '[x]',
    '[X]',
    '[s]',
    '[E]',
    '[C]',
    '[YI]',
  ],
  ...[
    '[[x]] [Y]',
    '[YYYY]-[MM]-[DD]',
    '[HH]:[mm]:[ss]',
    '[yyyy]',
    '[DD.MM.YYYY]',
    '[MMM] [D]',
    '[h]:[m] [a]',
  ],
  ...['[Q]', '[T]', '[S]', '[]', '[Hh]', '[Yx]'],
])('the picture %s, which JSONata knows or does not', async (picture) => {
  const given: unknown = await jsonata('$fromMillis(1000000000000, $picture)')
    .evaluate(undefined, { picture })
    .catch(() => 'undefined');
  const isKnown = typeof given === 'string' && !given.includes('undefined');
  const warned = found(`{{ $fromMillis(0, "${picture}") }}`).map(({ code }) => code);
  expect(warned).toEqual(isKnown ? [] : ['unlikely-format']);
});

test.each(['{{ $now() }}', '{{ $toMillis(inputs.name) }}', '{{ $now(inputs.name, inputs.name) }}'])(
  'no false alarm: %s',
  (value) => {
    expect(found(value)).toEqual([]);
  },
);
