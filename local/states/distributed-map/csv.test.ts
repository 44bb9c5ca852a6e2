// Rows of CSV by the rules of the developer guide, "How Step Functions parses input CSV files".
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRows } from './csv.ts';
import { parseItems } from './item-reader.ts';

test.each([
  [
    'fields and rows',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['the line ends of Windows and of old Macs', 'a\r\nb\rc\n', [['a'], ['b'], ['c']]],
  [
    'empty fields',
    ',a,\n,,',
    [
      ['', 'a', ''],
      ['', '', ''],
    ],
  ],
  ['no empty lines', '\n\na\n\n\nb\n\n', [['a'], ['b']]],
  ['a line of nothing but quotes is not empty', 'a\n""\n', [['a'], ['']]],
  ['white space is part of a field', ' a , b ', [[' a ', ' b ']]],
  ['quotes around delimiters and line ends', '"a,b","c\nd\r\ne"', [['a,b', 'c\nd\r\ne']]],
  ['doubled quotes within quotes', '"a ""b""","""",""""""', [['a "b"', '"', '""']]],
  ['doubled quotes outside of quotes', '{""k"":""v""},""a"",a""', [['{"k":"v"}', '"a"', 'a"']]],
  ['an empty field in quotes', '"",a,""', [['', 'a', '']]],
  ['a single quote within a field', '5" pipe,a"b"', [['5" pipe', 'a"b"']]],
  ['text after the closing quote', '"a,"b,c', [['a,b', 'c']]],
  ['a quote that is not closed', 'a,"b\nc', [['a', 'b\nc']]],
  ['an escaped delimiter', 'a\\,b,c', [['a,b', 'c']]],
  [
    'an escaped backslash',
    'C:\\\\Program Files\\\\MyApp.exe,6534512',
    [['C:\\Program Files\\MyApp.exe', '6534512']],
  ],
  ['escaped quotes', '\\"a\\",b\\"', [['"a"', 'b"']]],
  ['escapes within quotes', '"a\\"b\\\\",c', [['a"b\\', 'c']]],
  ['a backslash before anything else is dropped', 'e\\f,\\n,"g\\h",i\\|j', [['ef', 'n', 'gh', 'i|j']]],
  ['a backslash at the end of a line is dropped', 'a\\\nb\\', [['a'], ['b']]],
  ['two backslashes before a delimiter', 'a\\\\,b', [['a\\', 'b']]],
  ['the last row without a line end', 'a,b\nc', [['a', 'b'], ['c']]],
  ['an empty file', '', []],
])('%s', (_, text, rows) => {
  expect(csvRows(text, ',')).toEqual(rows);
});

test.each([
  ['|', 'a|x\\|y|b,c|e\\,f', [['a', 'x|y', 'b,c', 'e,f']]],
  [';', 'a;"b;c";d\\;e', [['a', 'b;c', 'd;e']]],
  [' ', 'a "b c" d\\ e', [['a', 'b c', 'd e']]],
  ['\t', 'a\t"b\tc"\td\\\te', [['a', 'b\tc', 'd\te']]],
])('the delimiter %j separates, and can be escaped', (delimiter, text, rows) => {
  expect(csvRows(text, delimiter)).toEqual(rows);
});

test('what is written by RFC 4180 is read as it was, but for backslashes', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '|') });
  const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 3 }));
  fc.assert(
    fc.property(rows, (all) => {
      const written = all.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
      expect(csvRows(written.join('\r\n'), ',')).toEqual(all);
    }),
  );
});

const GIVEN = { InputType: 'CSV', CSVHeaderLocation: 'GIVEN' };
const FIRST_ROW = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };

test('the example of the developer guide', () => {
  const text =
    'abc,123,"This string contains commas, a double quotation marks (""), and a newline (\n)",{""MyKey"":""MyValue""},"[1,2,3]"';
  const CSVHeaders = ['MyLetters', 'MyNumbers', 'MyString', 'MyObject', 'MyArray'];
  expect(parseItems(text, { ...GIVEN, CSVHeaders }).values).toEqual([
    {
      MyLetters: 'abc',
      MyNumbers: '123',
      MyString: 'This string contains commas, a double quotation marks ("), and a newline (\n)',
      MyObject: '{"MyKey":"MyValue"}',
      MyArray: '[1,2,3]',
    },
  ]);
});

test('missing fields are empty texts, and further ones are skipped', () => {
  expect(parseItems('a,b\n1\n1,2,3', FIRST_ROW).values).toEqual([
    { a: '1', b: '' },
    { a: '1', b: '2' },
  ]);
});

test('of two columns with one header the last counts', () => {
  expect(parseItems('a,b,a\n1,2,3', FIRST_ROW).values).toEqual([{ a: '3', b: '2' }]);
});

test.each([
  ['CSV', '\ufeffa\n1', [{ a: '1' }]],
  ['JSONL', '\ufeff{"a":1}\r\n{"a":2}', [{ a: 1 }, { a: 2 }]],
  ['JSON', '\ufeff[1]', [1]],
])('a byte order mark is no part of %s', (InputType, text, values) => {
  expect(parseItems(text, { InputType, CSVHeaderLocation: 'FIRST_ROW' }).values).toEqual(values);
});
