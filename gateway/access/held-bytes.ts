import type { DocumentNode, Token } from 'graphql';

/** A token with its place and the nodes that are made of it, as measured. */
const perToken = 400;

/** How long the text of a parsed document is: any name in it is a part of that text, and may hold on to all of it. */
export const textLength = ({ definitions }: DocumentNode): number => definitions[0]?.loc?.source.body.length ?? 0;

/**
 * About what a parsed document holds in memory: its text, and all of its tokens, which every node of it holds on to, also one that stands in
 * another document by now.
 */
export function heldBytes({ definitions }: DocumentNode): number {
  const place = definitions[0]?.loc;
  if (!place) return perToken * 100;
  let first: Token = place.startToken;
  while (first.prev) first = first.prev;
  let tokens = 0;
  for (let token: Token | null = first; token; token = token.next) tokens += 1;
  return place.source.body.length + perToken * tokens;
}
