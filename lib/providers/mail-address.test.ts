// Addresses as headers have them.
import { expect, test } from 'vitest';
import { addressList, addressText } from './mail-address.ts';

test.each([
  ['Joe Foo, PhD <joe@example.com>', ['Joe Foo, PhD <joe@example.com>']],
  [
    'Smith, Bob <bob@example.com>, Doe, Jane <jane@example.com>',
    ['Smith, Bob <bob@example.com>', 'Doe, Jane <jane@example.com>'],
  ],
  ['"Smith, Bob" <bob@example.com>, ada@example.com', ['Smith, Bob <bob@example.com>', 'ada@example.com']],
  ['Foo, Bar, Baz <x@example.com>', ['Foo, Bar, Baz <x@example.com>']],
  ['Müller, Anna <anna@example.com>', ['Müller, Anna <anna@example.com>']],
  ['ada@example.com, Nobody', ['ada@example.com', 'Nobody']],
  ['Nobody', ['Nobody']],
  ['<>', []],
  ['Ada <>', ['Ada']],
  ['', []],
  ['ada@example.com (Ada Lovelace)', ['Ada Lovelace <ada@example.com>']],
  ['Ada (from the team) <ada@example.com>', ['Ada <ada@example.com>']],
  ['"Ada \\"Q\\" <L>" <ada@example.com>', ['Ada "Q" (L) <ada@example.com>']],
  // Only the address stands in angle brackets, whatever a sender writes into the name.
  [
    '"The Chief <chief@bank.example>" <thief@evil.example>',
    ['The Chief (chief@bank.example) <thief@evil.example>'],
  ],
  ['"chief@bank.example>" <thief@evil.example>', ['chief@bank.example <thief@evil.example>']],
  ['"a -> b" <ada@example.com>', ['a - b <ada@example.com>']],
  ['"<chief@bank.example>" <thief@evil.example>', ['(chief@bank.example) <thief@evil.example>']],
  // The address stands behind the name, quoted or not.
  [
    'The Chief <chief@bank.example> <thief@evil.example>',
    ['The Chief (chief@bank.example) <thief@evil.example>'],
  ],
  [
    'A <a@x.example>, <chief@bank.example> via <thief@evil.example>',
    ['A <a@x.example>', '(chief@bank.example) via <thief@evil.example>'],
  ],
  ['"a <b@x.example> <c@x.example>" <d@x.example>', ['a (b@x.example) (c@x.example) <d@x.example>']],
  ['<a@x.example>, C: <d@x.example>, <e@x.example>;', ['a@x.example', 'C: d@x.example, e@x.example;']],
  // No semicolon ends a group.
  ['Support: Team <team@x.example>, b@x.example', ['Support: Team <team@x.example>', 'b@x.example']],
  ['Support: <team@x.example>', ['Support: <team@x.example>']],
  ['Nobody:', ['Nobody']],
  ['Ada (a (b) c) <ada@example.com> (home (x))', ['Ada <ada@example.com>']],
  // The host stands behind the last @, whatever is before it.
  ['"a@b"@example.com', ['"a@b"@example.com']],
  ['<a@b@example.com>', ['"a@b"@example.com']],
  ['Ada <a b@c@example.com>', ['Ada <"a b@c"@example.com>']],
  ['Ada <"a@b"@example.com>', ['Ada <"a@b"@example.com>']],
  ['ada @ example.com', ['ada@example.com']],
  ["'ada@example.com'", ['ada@example.com']],
  ["O'Brien <o'brien@example.com>", ["O'Brien <o'brien@example.com>"]],
  ['Ada <mailto:ada@example.com?subject=Hi>', ['Ada <ada@example.com>']],
  ['Ada <ada @example.com>', ['Ada <ada@example.com>']],
  ['"Team <x@y.example>": a@example.com;', ['Team (x@y.example): a@example.com;']],
  ['"john doe"@example.com', ['"john doe"@example.com']],
  ['J <"john doe"@example.com>', ['J <"john doe"@example.com>']],
  ['Jürgen <jürgen@exämple.de>', ['Jürgen <jürgen@exämple.de>']],
  ['Ada <mailto:ada@example.com>', ['Ada <ada@example.com>']],
  ['Ada <@a.example,@b.example:ada@example.com>', ['Ada <ada@example.com>']],
  ['Ada<ada@example.com', ['Ada <ada@example.com>']],
  ['a@example.com; b@example.com', ['a@example.com', 'b@example.com']],
  ['undisclosed-recipients:;', ['undisclosed-recipients: ;']],
  [
    'Team: a@example.com, Doe, Bob <b@example.com>;, c@example.com',
    ['Team: a@example.com, Doe, Bob <b@example.com>;', 'c@example.com'],
  ],
  ['Nobody, Team: a@example.com;', ['Nobody', 'Team: a@example.com;']],
])('%s', (header, expected) => {
  expect(addressList(header).map(addressText)).toEqual(expected);
});

test('of a long name and its address the name is cut', () => {
  expect(addressText({ name: 'ü'.repeat(500), address: 'ada@example.com' })).toBe(
    `${'ü'.repeat(139)} <ada@example.com>`,
  );
});
