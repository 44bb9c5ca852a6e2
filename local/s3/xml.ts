// S3's XML: writing responses, and reading the few request documents.
import { parseXML } from '@aws-sdk/xml-builder';
import type { AwsResponse } from '../aws/service.ts';
import { s3Error } from './errors.ts';

/** An element's content: text, child elements, or for repeated elements a list. `undefined` leaves it out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeText(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => escapes[character] ?? character)
    .replace(/\p{Cc}/gu, (character) => `&#x${character.charCodeAt(0).toString(16)};`);
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((item) => element(name, item)).join('');
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: Exclude<XmlValue, undefined | readonly XmlValue[]>): string {
  if (typeof value !== 'object') return escapeText(String(value));
  return Object.entries(value)
    .map(([name, child]) => element(name, child))
    .join('');
}

const isList = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value);

/** A document with one root element. */
export function xmlDocument(
  root: string,
  value: { readonly [name: string]: XmlValue },
  namespace = true,
): string {
  const xmlns = namespace ? ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"' : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${xmlns}>${content(value)}</${root}>`;
}

export function xmlResponse(document: string): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: document };
}

/**
 * Reads a request document into objects of texts; a repeated element becomes a list.
 * @throws MalformedXML
 */
export function readXml(document: Buffer): unknown {
  try {
    return parseXML(document.toString());
  } catch {
    throw s3Error('MalformedXML');
  }
}
