import { isIP } from 'node:net';
import { mayReach } from './public-address.js';

const longest = 2_000;
const ports: ReadonlySet<string> = new Set(['', '443', '8443']);
/** Names that mean something in one's own network only. */
const inner = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|localdomain|arpa|onion|invalid|test)$/;

/** The address in a URL's host, where that is no name. The parser has made decimal, octal and hexadecimal forms plain already. */
export const literalOf = ({ hostname }: URL): string | null => {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? null : bare;
};

/** Pure: the URL that messages may go to, or why they may not. What its name leads to is looked at each time it is used. `local`: a sandbox. */
export function targetOf(text: string, local: boolean): URL | string {
  if (text.length > longest || !URL.canParse(text)) return `\`url\` is an absolute URL of at most ${longest} characters`;
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:')) return '`url` begins with https://';
  if (url.username !== '' || url.password !== '') return '`url` holds no user and no password: messages are signed';
  if (url.hash !== '') return '`url` has no part after #';
  if (!local && !ports.has(url.port)) return '`url` has port 443 or 8443';
  const literal = literalOf(url);
  const name = url.hostname.replace(/\.$/, '');
  const isOutside = literal === null ? (name.includes('.') && !inner.test(name)) || local : mayReach(literal, local);
  return isOutside ? url : '`url` is an address of the public internet';
}
