import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../../client/command.js';
import type { Stage } from './stage.js';

export interface Leg {
  readonly programme: { readonly id: string };
  readonly points: number;
  readonly fen: number;
}

export interface Redemption {
  readonly id: string;
  readonly state: 'PENDING' | 'COMPLETED' | 'FAILED';
  readonly priceFen: number;
  readonly cashFen: number;
  readonly legs: readonly Leg[];
  readonly lines: readonly { readonly line: number; readonly delivery: { readonly reference: string | null } | null }[];
}

/** What became of a wish to redeem: the redemption, or the refusal with what is missing. */
export interface Redeemed {
  readonly code: string;
  readonly missingPoints: number | null;
  readonly redemption: Redemption | null;
}

const redemptionFields = 'id state priceFen cashFen legs { programme { id } points fen } lines { line delivery { reference } }';
const redeemDocument = `mutation ($cart: [CartLineInput!], $prefer: [ID!], $cashMaxFen: Fen) {
  redeem(cart: $cart, prefer: $prefer, cashMaxFen: $cashMaxFen) {
    __typename
    ... on Redeemed { redemption { ${redemptionFields} } }
    ... on InsufficientPoints { missing }
    ... on Refusal { code message }
  }
}`;

/** A member redeems one item, or several together, with points of the programmes in this order and at most so much cash. */
export async function redeem(
  stage: Stage,
  member: string,
  items: string | readonly string[],
  prefer: readonly string[],
  cashMaxFen: number,
): Promise<Redeemed> {
  const { redeem: answer } = await stage.ask<{ redeem: { __typename: string; redemption?: Redemption; missing?: number; code?: string } }>(
    { member },
    redeemDocument,
    { cart: [items].flat().map((item) => ({ item, quantity: 1 })), prefer, cashMaxFen },
  );
  if (!answer.redemption) return { code: answer.code ?? answer.__typename, missingPoints: answer.missing ?? null, redemption: null };
  const redemption = await ended(stage, member, answer.redemption);
  return { code: redemption.state, missingPoints: null, redemption };
}

/** A redemption that waits for a partner's answer is carried on by the graph itself. */
async function ended(stage: Stage, member: string, redemption: Redemption): Promise<Redemption> {
  let latest = redemption;
  for (let attempt = 0; latest.state === 'PENDING'; attempt += 1) {
    if (attempt === 100) throw new CommandError(`Redemption ${redemption.id} is still pending after 20 seconds`);
    await sleep(200);
    const query = `query ($id: ID!) { redemption(id: $id) { ${redemptionFields} } }`;
    latest = (await stage.ask<{ redemption: Redemption }>({ member }, query, { id: redemption.id })).redemption;
  }
  return latest;
}

/** Points of a programme in a payment. */
export const pointsFrom = (redemption: Redemption | null, programme: string): number =>
  redemption?.legs.find((leg) => leg.programme.id === programme)?.points ?? 0;

export interface Wallet {
  readonly available: number;
  readonly valueFen: number;
  readonly lots: { readonly nodes: readonly { readonly id: string; readonly available: number; readonly expiresAt: string | null }[] };
}

/** A member's own wallet in a programme; empty where there is none. */
export async function walletOf(stage: Stage, member: string, programme: string): Promise<Wallet> {
  const query =
    'query ($programme: ID!) { me { wallet(programme: $programme) { available valueFen lots { nodes { id available expiresAt } } } } }';
  const { me } = await stage.ask<{ me: { wallet: Wallet | null } }>({ member }, query, { programme });
  return me.wallet ?? { available: 0, valueFen: 0, lots: { nodes: [] } };
}
