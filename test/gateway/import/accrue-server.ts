import { buildSchema, type GraphQLResolveInfo } from 'graphql';
import { type Fault, type GraphServer, Memory, serveGraph } from '../client/graph-server.js';

const schema = buildSchema(`
  directive @idempotent(key: String!) on FIELD
  scalar DateTime
  scalar Fen
  input PurchaseLineInput { sku: String! category: String fen: Fen! cashFen: Fen }
  type AccrualLine { sku: String! fen: Fen! cashFen: Fen! }
  type Accrual { id: ID! points: Int! lines: [AccrualLine!]! }
  interface Refusal { code: String! message: String! }
  type Accrued { accrual: Accrual! replayed: Boolean! }
  type NotEnrolled implements Refusal { code: String! message: String! }
  type RuleMissing implements Refusal { code: String! message: String! }
  union AccrueResult = Accrued | NotEnrolled | RuleMissing
  type Query { nothing: Boolean }
  type Mutation { accrue(programme: ID, memberRef: String!, lines: [PurchaseLineInput!]!, purchaseRef: String!, at: DateTime, redemption: ID): AccrueResult! }
`);

interface Line {
  readonly sku: string;
  readonly fen: number;
  readonly cashFen: number;
  readonly category?: string;
}

/** A ledger that accrues one point per yuan, once per purchase, for members whose number opens with M. */
export interface AccrueServer extends GraphServer {
  readonly purchases: Map<string, { readonly points: number; readonly lines: readonly Line[]; readonly at: string | undefined }>;
  /** Categories without a rule. */
  readonly ruleless: Set<string>;
}

export async function serveAccrue(fault?: (request: number) => Fault): Promise<AccrueServer> {
  const memory = new Memory();
  const purchases: AccrueServer['purchases'] = new Map();
  const ruleless = new Set<string>();
  interface Arguments {
    memberRef: string;
    purchaseRef: string;
    lines: Line[];
    at?: string;
  }
  const rootValue = {
    accrue: (input: Arguments, { token }: { token: string }, info: GraphQLResolveInfo) =>
      memory.once(info, token, input, () => {
        const { memberRef, purchaseRef, lines, at } = input;
        if (!memberRef.startsWith('M')) return { __typename: 'NotEnrolled', code: 'NOT_ENROLLED', message: 'There is no such member' };
        if (lines.some(({ category }) => ruleless.has(category ?? '')))
          return { __typename: 'RuleMissing', code: 'RULE_MISSING', message: 'No rule fits' };
        const known = purchases.get(purchaseRef);
        const accrual = known ?? { points: lines.reduce((sum, { fen }) => sum + Math.floor(fen / 100), 0), lines, at };
        purchases.set(purchaseRef, accrual);
        return {
          __typename: 'Accrued',
          accrual: { id: purchaseRef, points: accrual.points, lines: accrual.lines },
          replayed: known !== undefined,
        };
      }),
  };
  return Object.assign(await serveGraph(schema, rootValue, fault), { purchases, ruleless });
}
