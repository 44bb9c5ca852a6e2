// Bytes in base64, as people and providers write it.

/**
 * Standard or URL-safe, padded or not, in one line or folded (RFC 4648, sections 4 and 5; RFC 2045, section 6.8).
 * @returns undefined for any other text
 */
export function bytesOfBase64(text: string): Buffer<ArrayBuffer> | undefined {
  const units = text.replace(/\s+/g, '');
  if (!/^[\w+/-]*={0,2}$/.test(units) || units.replace(/=+$/, '').length % 4 === 1) return undefined;
  if (units.endsWith('=') && units.length % 4 !== 0) return undefined;
  return Buffer.from(units, 'base64');
}
