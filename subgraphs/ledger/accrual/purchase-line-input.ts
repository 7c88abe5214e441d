import { Field, InputType } from 'type-graphql';
import { Inaccessible } from '../../kernel/access.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import type { PurchaseLine } from './rules.js';

@InputType({ description: 'One line of a purchase.' })
export class PurchaseLineInput {
  @Field(() => String, { description: "The partner's own article number." }) sku!: string;
  @Field(() => String, { nullable: true, description: 'Category, which rules may ask for.' }) category?: string | null;
  @Field(() => FenScalar, { description: 'Price, however it was paid.' }) fen!: bigint;
  @Field(() => FenScalar, { nullable: true, description: 'The part of it that was paid in cash; all where absent.' }) cashFen?:
    | bigint
    | null;
  @Field(() => String, { nullable: true, description: 'Certificate, such as `green`.' }) certificate?: string | null;
  @Field(() => String, { nullable: true, description: 'Card product that it was paid with.' }) cardProduct?: string | null;
  @Field(() => String, { nullable: true, description: 'What happened, such as `SPEND`.' }) event?: string | null;
  @Field(() => PointsScalar, { nullable: true, description: 'For other subgraphs: points that the event is about.' })
  @Inaccessible()
  points?: bigint | null;
}

/** The line as rules see it. */
export const lineOf = ({ cashFen, ...line }: PurchaseLineInput): PurchaseLine => ({ ...line, cashFen: cashFen ?? line.fen });
