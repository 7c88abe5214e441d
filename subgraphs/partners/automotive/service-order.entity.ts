import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { decode } from '../../kernel/json.js';
import { sumOf } from '../../kernel/rational.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { MemberKey } from '../member.stub.js';
import { Report } from '../report.entity.js';
import { Member } from './member.stub.js';

/** Reached only through its order, which is guarded. */
@ObjectType({ description: 'One line of a service order.' })
@Access('PUBLIC')
export class ServiceOrderLine {
  @Field(() => String, { description: "The garage's own number of the work or part." }) sku!: string;
  @Field(() => String, { nullable: true, description: 'Category, which accrual rules may ask for.' }) category?: string | undefined;
  @Field(() => FenScalar, { description: 'Price.' }) fen!: bigint;
}

/** Work that a garage did. */
@Entity({ tableName: 'service_order' })
@ObjectType({ description: 'Work and parts that a garage sold.' })
@Key('id')
@Access('OWN')
export class ServiceOrder extends Report {
  @Property({ type: 'text', fieldName: 'lines' }) encodedLines!: string;

  @Field(() => [ServiceOrderLine], { description: 'What was sold.' })
  lines(): ServiceOrderLine[] {
    return decode(this.encodedLines);
  }

  @Field(() => FenScalar, { description: 'Sum of the lines.' })
  amountFen(): bigint {
    return sumOf(this.lines().map(({ fen }) => fen));
  }

  @Field(() => String, { description: "The partner's own number of the order." })
  orderRef(): string {
    return this.ref;
  }

  @Field(() => Member, { nullable: true, description: 'Whose order it is.' })
  member(): MemberKey {
    return as(Member, { uid: this.memberUid });
  }
}
