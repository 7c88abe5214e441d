import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { as } from '../kernel/union.js';
import { Accrual, Partner } from './foreign.stub.js';

/** RECORDED: kept, the ledger not yet heard. COMPLETED: accrued, or nothing to accrue. REFUSED: does not count, its reference is free again. */
export type ReportState = 'RECORDED' | 'COMPLETED' | 'REFUSED';

/** What the report of every trade has; each trade's own entity adds what was sold. */
@Entity({ abstract: true })
@ObjectType({ description: 'A purchase that a partner reported.' })
export abstract class Report {
  @Field(() => ID, { description: 'Id of the record.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text', fieldName: 'partner' }) partnerId!: string;
  /** The partner's own number of the bill, order or booking. */
  @Property({ type: 'text' }) ref!: string;
  @Property({ type: 'uuid' }) memberUid!: string;

  @Field(() => Date, { description: 'When it happened.' })
  @Property({ type: 'datetime' })
  at!: Date;

  /** Hash of what was reported: the same reference with another one is a conflict. */
  @Property({ type: 'text' }) fingerprint!: string;
  /** The lines that the ledger is asked to accrue on, exactly as at the first try; null where nothing accrues. */
  @Property({ type: 'text', nullable: true }) intent!: string | null;
  @Property({ type: 'text' }) state!: ReportState;
  /** Code of the refusal. */
  @Property({ type: 'text', nullable: true }) refusal!: string | null;
  @Property({ type: 'text', nullable: true, fieldName: 'accrual' }) accrualId!: string | null;

  @Field(() => Partner, { description: 'The partner at which it happened.' })
  partner(): Partner {
    return as(Partner, { id: this.partnerId });
  }

  @Field(() => Accrual, { nullable: true, description: 'The points that it earned; null where it earns none, or none yet.' })
  accrual(): Accrual | null {
    return this.accrualId === null ? null : as(Accrual, { id: this.accrualId, memberUid: this.memberUid, partnerId: this.partnerId });
  }
}
