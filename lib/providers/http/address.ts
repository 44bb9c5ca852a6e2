// Which addresses are called: of the web, without credentials in them, at ports where no other protocol is spoken.
import { InvalidInput } from '../../errors.ts';
import { privateOrigins } from './private-origins.ts';
import { isLiteral, isPublicAddress, notPublic } from './public-address.ts';

/** https://fetch.spec.whatwg.org/#port-blocking: a request there could be understood as one of another protocol. */
const BAD_PORTS = new Set(
  [
    [0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103],
    [104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513],
    [514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720],
    [1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
  ].flat(),
);

/**
 * Of an address that is called next: the first, and each that an answer leads to. A name is judged when it is resolved.
 * @throws InvalidInput, which repeats no more of it than its host
 */
export function checkAddress({ protocol, username, password, port, hostname, host, origin }: URL): void {
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new InvalidInput(`The address has the scheme ${protocol.slice(0, 40)} and must have https or http`);
  if (username !== '' || password !== '')
    throw new InvalidInput(
      'The address has a user or a password in it, which every log shows: credentials belong into a connection',
    );
  if (privateOrigins().has(origin)) return;
  if (BAD_PORTS.has(Number(port || 443)))
    throw new InvalidInput(`${host} is not called: its port is of another protocol`);
  // No socket asks for the address of what is one already.
  if (isLiteral(hostname) && !isPublicAddress(hostname)) throw notPublic(hostname);
}
