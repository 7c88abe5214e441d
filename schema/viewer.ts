/** Who is asking, as the gateway proved it and as every subgraph receives it. */
export type ViewerKind = 'anonymous' | 'member' | 'partner' | 'staff' | 'regulator' | 'service';
export type Language = 'zh-CN' | 'en';

export interface Viewer {
  readonly kind: ViewerKind;
  /** Subject of the token; never shown to others. */
  readonly sub: string;
  readonly scopes: readonly string[];
  /** Partner id of a partner's system, or of staff that belong to one partner; absent for the operator's own staff. */
  readonly partner?: string;
  /** The partner is suspended: its scopes are cut down already, and what they no longer cover says so. */
  readonly suspended?: true;
  /** The member's internal uid, only where the viewer is that member. */
  readonly uid?: string;
  /** The subgraph that calls on behalf of the viewer; absent when the gateway asks. */
  readonly via?: string;
  readonly language: Language;
  readonly traceId: string;
  /** The `Idempotency-Key` header of the request, if it had one. */
  readonly idempotencyKey?: string;
  /** The client's document holds several writes, in whatever calls they come: each has the header's key with its own name. */
  readonly severalWrites?: true;
}

export const anonymous = (language: Language, traceId: string): Viewer => ({ kind: 'anonymous', sub: '', scopes: [], language, traceId });

/** A subgraph that works on its own account, such as a saga that is resumed after a crash. */
export const serviceViewer = (name: string, traceId: string): Viewer => ({
  kind: 'service',
  sub: name,
  scopes: [],
  via: name,
  language: 'zh-CN',
  traceId,
});

/** Whose pairwise ids the viewer reads and writes: each partner, each kind of person has its own. */
export function recipientOf(viewer: Viewer): string {
  if (viewer.partner !== undefined) return `partner:${viewer.partner}`;
  return viewer.kind;
}

/** Whose idempotency keys these are: one name space per partner, per person, per calling subgraph. */
export function principalOf(viewer: Viewer): string {
  const who = viewer.uid
    ? `member:${viewer.uid}`
    : viewer.kind === 'partner'
      ? `partner:${viewer.partner}`
      : `${viewer.kind}:${viewer.sub}`;
  return viewer.via ? `${viewer.via}/${who}` : who;
}

/** True where a held scope covers the needed one: `:all` covers `:own`, and an unbounded scope covers itself only. */
export const covers = (held: readonly string[], needed: string): boolean =>
  held.includes(needed) || (needed.endsWith(':own') && held.includes(`${needed.slice(0, -4)}:all`));
