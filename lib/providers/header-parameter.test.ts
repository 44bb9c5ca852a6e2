// Parameters of headers, whole and in sections.
import { expect, test } from 'vitest';
import { headerParameter } from './header-parameter.ts';

test.each<[string, string | undefined]>([
  ['text/plain; charset=utf-8', 'utf-8'],
  ['text/plain ; CHARSET = "utf-8" ; x=y', 'utf-8'],
  ['text/plain; name="a;charset=x"; charset=utf-8', 'utf-8'],
  ['text/plain; charset="a\\"b"', 'a"b'],
  ['text/plain; charset=a; charset=b', 'a'],
  ['text/plain; charset*0="iso-"; charset*1="8859-"; charset*2=15', 'iso-8859-15'],
  ['text/plain; charset*1="8859-15"; charset*0=iso-', 'iso-8859-15'],
  ['text/plain; charset*0=iso-8859-15; charset*2=x', 'iso-8859-15'],
  ["text/plain; charset*=us-ascii'en'iso-8859-15", 'iso-8859-15'],
  ["text/plain; charset*=''utf%2D8", 'utf-8'],
  ["text/plain; charset*0*=us-ascii'en'iso%2D; charset*1=8859-15", 'iso-8859-15'],
  ['text/plain; charset*1=utf-8', undefined],
  ['text/plain; xcharset=utf-8', undefined],
  ['text/plain', undefined],
])('%s', (header, value) => {
  expect(headerParameter(header, 'charset')).toBe(value);
});
