import { ArrayType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../kernel/access.js';
import type { Certificate } from './certificate.js';

/** Registered once and only ever revoked. Open to everybody: who relies on a green label can look it up. */
@Entity({ tableName: 'product_certificate' })
@ObjectType({ description: 'A certificate of products, such as an organic one, which accrual rules may demand.' })
@Access('PUBLIC')
export class ProductCertificate implements Certificate {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String, { description: 'What it certifies, in the word that purchases and rules have for it, such as `GREEN`.' })
  @Property({ type: 'text' })
  scheme!: string;

  @Field(() => String, { description: 'Its number at who issued it.' })
  @Property({ type: 'text' })
  number!: string;

  @Field(() => String, { description: 'Who issued it.' })
  @Property({ type: 'text' })
  issuer!: string;

  @Property({ type: 'text', fieldName: 'partner' }) partnerId!: string;

  @Field(() => [String], { nullable: true, description: "The partner's own numbers of the articles that it covers; absent: a category." })
  @Property({ type: ArrayType, columnType: 'text[]', nullable: true })
  skus!: string[] | null;

  @Field(() => String, { nullable: true, description: 'The category that it covers; absent: articles.' })
  @Property({ type: 'text', nullable: true })
  category!: string | null;

  @Field(() => Date, { description: 'Covers purchases from this instant on.' })
  @Property({ type: 'datetime' })
  validFrom!: Date;

  @Field(() => Date, { description: 'Covers purchases until before this instant.' })
  @Property({ type: 'datetime' })
  validUntil!: Date;

  @Field(() => Date, { nullable: true, description: 'From when on it covers nothing; absent where it was not revoked.' })
  @Property({ type: 'datetime', nullable: true })
  revokedAt!: Date | null;
}
