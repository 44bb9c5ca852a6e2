// The addresses in a mail's headers (RFC 5322, section 3.4; RFC 6532 for those that are international).
import { type Address, addressParser, type Mailbox } from 'postal-mime';
import { cutText, jsonBytes } from '../actions/invocation/output-size.ts';

/** An atom, or several with dots in any place, as some providers give them out; or quoted. */
const atoms = '[^\\s\\p{C}"(),:;<>@\\[\\]\\\\]+';
const quoted = '"(?:[^"\\\\\\p{C}]|\\\\[^\\p{C}])+"';
const labels = '[\\p{L}\\p{M}\\p{N}_-]+(?:\\.[\\p{L}\\p{M}\\p{N}_-]+)*';
/** An IP address, or a name. */
const domain = `(?:\\[[\\w:.]+\\]|${labels})`;
/** The source of a regular expression for one address, with the flag u. */
export const addressPattern = `(?:${atoms}|${quoted})@${domain}`;
const isAddress = new RegExp(`^${addressPattern}$`, 'u');

/**
 * The addresses of a header, whose encoded words may be decoded or not. Senders leave a comma of a name unquoted, so that
 * an entry without an address is the beginning of the next one's name.
 */
export function addressList(header: string): Address[] {
  const entries = addressParser(plainSyntax(header));
  // A group ends in a semicolon (RFC 5322, section 3.4): without any, a colon is part of a name.
  return joinNames(header.includes(';') ? entries : entries.flatMap(ungrouped));
}

function ungrouped(entry: Address): Address[] {
  if (!entry.group) return [entry];
  const [first, ...more] = entry.group;
  return first
    ? [{ ...first, name: `${entry.name}: ${first.name}`.trim() }, ...more]
    : [nameAlone(entry.name)];
}

/** A text in quotation marks, a comment with comments in it, or an address in brackets before another one of the same entry. */
const element = /"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.|\([^()]*\))*\)|<([^<>"]*)>(?=[^<>"(),:;@]*<)/g;

/**
 * Without what the parser reads otherwise: a comment within a comment ends the outer one there, and of two addresses in
 * brackets the first counts, though the address stands behind the name (RFC 5322, section 3.4).
 */
function plainSyntax(header: string): string {
  return header.replace(element, (whole, address?: string) => {
    if (address !== undefined) return `"(${address})"`;
    return whole.startsWith('(') ? `(${whole.slice(1, -1).replace(/[()]/g, ' ')})` : whole;
  });
}

/** The same without groups. */
export function mailboxes(header: string): Mailbox[] {
  return addressList(header).flatMap((one) => one.group ?? [one]);
}

function joinNames<Entry extends Address>(entries: readonly Entry[]): Address[] {
  const joined: Address[] = [];
  let names: string[] = [];
  for (const entry of entries) {
    const address = entry.group ? '' : plainAddress(entry.address ?? '');
    if (!entry.group && address === '') {
      if (entry.name) names.push(entry.name);
      continue;
    }
    if (entry.group) {
      joined.push(...names.map(nameAlone), {
        name: entry.name,
        group: joinNames(entry.group).flatMap(mailboxOf),
      });
    } else joined.push({ name: [...names, entry.name].filter(Boolean).join(', '), address });
    names = [];
  }
  return [...joined, ...names.map(nameAlone)];
}

function nameAlone(name: string): Mailbox {
  return { name, address: '' };
}

function mailboxOf(one: Address): Mailbox[] {
  return one.group ? [] : [one];
}

/** Without a route or spaces (RFC 5322, section 4.4) or a scheme; with the quotation marks that its parser takes away. */
function plainAddress(text: string): string {
  const address = text
    .trim()
    .replace(/^mailto:([^?]*).*$/i, '$1')
    .replace(/^@[^:]*:/, '')
    // As some programs write an address that has no name.
    .replace(/^'(.*)'$/, '$1');
  const at = address.lastIndexOf('@');
  if (at < 1 || isAddress.test(address)) return address;
  const together = address.replace(/\s*@\s*/, '@');
  if (isAddress.test(together)) return together;
  const local = address.slice(0, at).replace(/["\\]/g, '\\$&');
  const requoted = `"${local}"${address.slice(at)}`;
  return isAddress.test(requoted) ? requoted : address;
}

/** Bytes of an address with its name, of which only the name is cut. */
export const MAX_ADDRESS_TEXT = 300;

/**
 * `Ada Lovelace <ada@example.com>`. Angle brackets stand around the address only: senders write another one into their
 * name, and whoever takes what stands in brackets would take that for theirs.
 */
export function addressText({ name, address, group }: Address): string {
  if (group) return `${plainName(name)}: ${group.map(addressText).join(', ')};`;
  const shown = plainName(name);
  if (!address) return shown;
  const nameCut = cutText(shown, MAX_ADDRESS_TEXT - jsonBytes(` <${address}>`));
  return nameCut ? `${nameCut} <${address}>` : address;
}

function plainName(name: string): string {
  return name
    .replace(/<([^<>]*)>/g, '($1)')
    .replace(/[<>]/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
