import { testIds } from '../support/subgraph.js';
import { viewers } from '../support/viewers.js';
import type { TestGraph } from '../support/graph.js';
import type { Viewer } from '../../schema/viewer.js';

/** What a story needs of a graph, whether it runs in one process or in ten. */
export type StoryGraph = Pick<TestGraph, 'ask' | 'url' | 'tokenOf'>;

/** A story gets the graph when its tests run, for it is opened only then. */
export type Story = (graph: () => StoryGraph) => void;

/** Asks and insists that nothing went wrong on the way; answers the data of the one root field that was asked. */
export async function told<T>(
  graph: StoryGraph,
  viewer: Viewer,
  document: string,
  variables?: Record<string, unknown>,
  key?: string,
): Promise<T> {
  const answer = await graph.ask(viewer, document, variables, key);
  if (answer.errors) throw new Error(`${answer.status} ${JSON.stringify(answer.errors)}`);
  return Object.values(answer.data ?? {})[0] as T;
}

/** As a client that was not answered in time does: the same request under the same key, until it is. */
export async function insist<T>(
  graph: StoryGraph,
  viewer: Viewer,
  document: string,
  variables: Record<string, unknown>,
  key: string,
): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const answer = await graph.ask(viewer, document, variables, key);
    const waiting =
      answer.errors?.every(({ extensions }) => extensions?.['code'] === 'SUBGRAPH_UNAVAILABLE') ??
      JSON.stringify(answer.data).includes('"PENDING"');
    if (!waiting || tries === 60) {
      if (answer.errors) throw new Error(`${answer.status} ${JSON.stringify(answer.errors)}`);
      return Object.values(answer.data ?? {})[0] as T;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

export const reportBill = `mutation ($input: ReportBillInput!) {
  reportBill(input: $input) {
    __typename
    ... on BillReported { replayed bill { id amountFen creditAppliedFen netFen accrual { points } } }
    ... on Refusal { code message }
  }
}`;

export const reportServiceOrder = `mutation ($input: ReportServiceOrderInput!) {
  reportServiceOrder(input: $input) {
    __typename
    ... on ServiceOrderReported { replayed serviceOrder { id accrual { points } } }
    ... on Refusal { code message }
  }
}`;

export const redeem = `mutation ($quoteId: ID, $memberRef: String, $cart: [CartLineInput!], $prefer: [ID!], $cashMaxFen: Fen) {
  redeem(quoteId: $quoteId, memberRef: $memberRef, cart: $cart, prefer: $prefer, cashMaxFen: $cashMaxFen) {
    __typename
    ... on Redeemed {
      replayed
      redemption {
        id state priceFen cashFen
        legs { programme { id } points fen }
        lines { item { id } delivery { kind reference detail } }
        obligations { debtor { id } creditor { id } fen feeFen netFen }
      }
    }
    ... on InsufficientPoints { missing missingFen programme { id } }
    ... on Refusal { code message }
  }
}`;

/** The same as a member sends it: between whom the points are settled is no name to a member, and no part of a document that may run. */
export const redeemOwn = redeem.replace(/^ +obligations .*\n/m, '');

export interface Redeemed {
  readonly __typename: string;
  readonly replayed: boolean;
  readonly redemption: {
    readonly id: string;
    readonly state: string;
    readonly cashFen: number;
    readonly legs: readonly { readonly programme: { readonly id: string }; readonly points: number; readonly fen: number }[];
    readonly lines: readonly { readonly delivery: { readonly kind: string; readonly reference: string; readonly detail: string | null } }[];
    readonly obligations:
      | readonly {
          readonly debtor: { readonly id: string };
          readonly creditor: { readonly id: string };
          readonly fen: number;
          readonly feeFen: number;
          readonly netFen: number;
        }[]
      | null;
  };
}

/** The viewer of a demo member's own session. */
export async function memberNamed(graph: StoryGraph, name: string): Promise<Viewer> {
  const { id } = await told<{ id: string }>(graph, viewers.staff('admin'), 'query ($ref: String!) { member(ref: $ref) { id } }', {
    ref: `operator/${name}`,
  });
  return viewers.member(testIds.open(id, 'staff') as string);
}
