// Which addresses are on the public internet: requests whose address a workflow chooses go to no others.
//
// OWASP, "Server Side Request Forgery Prevention Cheat Sheet", case 2: what may be called is not known beforehand, so that the
// networks that may not be are refused; the resolved address is judged, and is the one that is connected to.
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { InvalidInput } from '../../errors.ts';

/**
 * https://www.iana.org/assignments/iana-ipv4-special-registry: what is not "Globally Reachable", whole blocks where that is a
 * part of them; 224.0.0.0/4 is multicast (RFC 5771), and 168.63.129.16 the host's own services at Azure.
 */
const IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Also the metadata of AWS, Azure and Google Cloud (169.254.169.254), and of AWS's containers (169.254.170.2).
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
];

/**
 * https://www.iana.org/assignments/iana-ipv6-special-registry, within 2000::/3: protocols' own addresses (Teredo among them),
 * documentation, and 6to4, whose addresses lead to an IPv4 address. AWS's metadata is at fd00:ec2::254, outside of 2000::/3.
 */
const IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** RFC 6052, section 2.1: an IPv4 address behind a network's translator, by which hosts with IPv6 alone reach it. */
const NAT64 = '64:ff9b::';

const special = new BlockList();
for (const [network, prefix] of IPV4) {
  // IPv4-mapped addresses (RFC 4291, section 2.5.5.2) are judged by this rule too.
  special.addSubnet(network, prefix, 'ipv4');
  special.addSubnet(NAT64 + network, 96 + prefix, 'ipv6');
}
for (const [network, prefix] of IPV6) special.addSubnet(network, prefix, 'ipv6');

/** https://www.iana.org/assignments/ipv6-address-space: what is assigned as global unicast, and what leads to IPv4. */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');
global.addSubnet('::ffff:0:0', 96, 'ipv6');
global.addSubnet(NAT64, 96, 'ipv6');

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '');

/** Whether a host, as a URL has it, is no name but an address. URLs bring all ways to write one into one form. */
export function isLiteral(hostname: string): boolean {
  return isIP(withoutBrackets(hostname)) !== 0;
}

/** @param host an address as DNS or a URL gives it; any other text is none */
export function isPublicAddress(host: string): boolean {
  const address = withoutBrackets(host);
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  return version === 6 && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** Resolves a name to all of its addresses. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * The `lookup` of a socket, which connects to nothing but what this gives: a name that leads elsewhere from one question to the
 * next is judged by the answer that counts. It fails with InvalidInput when any address of the name is not public.
 */
export function publicLookup(resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? notPublic(hostname), []);
      if (!addresses.every(({ address }) => isPublicAddress(address)))
        return callback(notPublic(hostname), []);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

export function notPublic(hostname: string): InvalidInput {
  return new InvalidInput(`${hostname} is not on the public internet, and nothing else is called`);
}
