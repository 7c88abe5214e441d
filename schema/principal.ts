import type { Viewer } from './viewer.js';

/** What of a viewer is the same for all requests of one token, and its text. */
interface Lasting extends Pick<Viewer, 'kind' | 'sub' | 'partner' | 'suspended' | 'uid' | 'via'> {
  readonly text: string;
}

/** By their scopes, which are one array as long as nothing of a token's rights changes. */
const lasting = new WeakMap<readonly string[], Lasting>();
const texts = new WeakMap<Viewer, string>();

/**
 * The viewer as JSON that a header can hold: JSON has no control characters, and what else a header cannot hold is escaped. One viewer calls
 * several subgraphs in one request, and one token asks again and again.
 */
export function principalText(viewer: Viewer): string {
  const known = texts.get(viewer);
  if (known !== undefined) return known;
  const { language, traceId, idempotencyKey, severalWrites } = viewer;
  let text = `${lastingText(viewer)},"language":"${language}","traceId":${JSON.stringify(traceId)}`;
  if (idempotencyKey !== undefined) text += `,"idempotencyKey":${JSON.stringify(idempotencyKey)}`;
  if (severalWrites) text += ',"severalWrites":true';
  text = visible(`${text}}`);
  texts.set(viewer, text);
  return text;
}

export const viewerOf = (principal: string): Viewer => JSON.parse(principal) as Viewer;

/** Without the brace that closes it. */
function lastingText(viewer: Viewer): string {
  const { kind, sub, scopes, partner, suspended, uid, via } = viewer;
  const known = lasting.get(scopes);
  const isSame =
    known !== undefined &&
    known.kind === kind &&
    known.sub === sub &&
    known.partner === partner &&
    known.suspended === suspended &&
    known.uid === uid &&
    known.via === via;
  if (isSame) return known.text;
  const text = JSON.stringify({ kind, sub, scopes, partner, suspended, uid, via }).slice(0, -1);
  lasting.set(scopes, { kind, sub, partner, suspended, uid, via, text });
  return text;
}

/** A viewer has nothing else to carry; what is added to it is added here. */
type Carried = keyof Lasting | 'scopes' | 'language' | 'traceId' | 'idempotencyKey' | 'severalWrites';
true satisfies Exclude<keyof Viewer, Carried> extends never ? true : false;

const visible = (text: string): string =>
  /^[ -~]*$/.test(text) ? text : text.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
