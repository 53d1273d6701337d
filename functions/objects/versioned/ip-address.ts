import { isIP } from 'node:net';

/** 4 or 6, null when the text is no address. */
export function ipVersion(text: string): 4 | 6 | null {
  const version = isIP(text);
  return version === 4 || version === 6 ? version : null;
}

/** The text in the one form that peers compare: lower case, longest run of zeros shortened. */
export function canonicalIp(text: string): string {
  // An address with an IPv4 tail or a zone is left as written.
  if (!text.includes(':') || text.includes('.') || text.includes('%')) return text;
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}
