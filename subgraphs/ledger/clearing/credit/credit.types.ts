import { Field, ID, ObjectType } from 'type-graphql';
import { covers, type Viewer } from '../../../../schema/viewer.js';
import { Access } from '../../../kernel/access.js';
import { enumOf } from '../../../kernel/enum.js';
import { connectionOf } from '../../../kernel/page.js';
import { CreditLimitReached } from '../../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../../kernel/scalars.js';
import { say } from '../../../kernel/text.js';
import { as } from '../../../kernel/union.js';
import type { AlertKindName } from '../alerts.js';
import type { CreditLevelName } from './credit.js';
import type { Credit } from './credit-store.js';

export const CreditLevel = enumOf<CreditLevelName>('CreditLevel', 'How near a partner is to what it may owe.', {
  CLEAR: 'It owes less than the alert says.',
  NEAR: 'It owes as much as the alert says, or more.',
  REACHED: 'It owes as much as it may, or more.',
});

export const AlertKind = enumOf<AlertKindName>('CreditAlertKind', 'What a partner is told of.', {
  PACK_LOW: 'A pack has as few points left as its alert says, or fewer.',
  CREDIT_NEAR: 'It owes as much as the alert of its limit says.',
  CREDIT_REACHED: "It owes as much as it may: its customers earn no more of others' points, and its own pay at its own shop only.",
});

@ObjectType({ description: 'How much a partner may owe the others, and owes: all that was not paid out yet, net of what they owe it.' })
@Access('FINANCE')
export class CreditStanding {
  readonly partner!: string;
  @Field(() => FenScalar, { description: 'How much it may owe.' }) limitFen!: bigint;
  @Field(() => FenScalar, { description: 'From how much on it is told.' }) alertFen!: bigint;
  @Field(() => FenScalar, { description: 'How much it owes; negative where the others owe it.' }) usedFen!: bigint;
  @Field(() => CreditLevel, { description: 'What that means.' }) level!: CreditLevelName;
}

@ObjectType({ description: 'What a partner was told about its packs or its credit.' })
@Access('FINANCE')
export class CreditAlert {
  readonly partner!: string;
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
  @Field(() => AlertKind, { description: 'What of.' }) kind!: AlertKindName;
  @Field(() => Date, { description: 'When.' }) at!: Date;
  @Field(() => ID, { nullable: true, description: 'For PACK_LOW: the pack.' }) pack!: string | null;
  @Field(() => PointsScalar, { nullable: true, description: 'For PACK_LOW: points that were left.' }) leftPoints!: bigint | null;
  @Field(() => FenScalar, { nullable: true, description: 'For the others: how much it might owe then.' }) limitFen!: bigint | null;
  @Field(() => FenScalar, { nullable: true, description: 'For the others: from how much on it was to be told.' }) alertFen!: bigint | null;
  @Field(() => FenScalar, { nullable: true, description: 'For the others: how much it owed.' }) usedFen!: bigint | null;
}

export const CreditAlertConnection = connectionOf(CreditAlert, 'CreditAlert');

/** The refusal with its figures for those who may know them: the partner itself and who reads all settlements, nobody who acts for it. */
export function limitReached(
  viewer: Viewer,
  partner: string,
  { code, limitFen, usedFen }: Pick<Credit, 'limitFen' | 'usedFen'> & { readonly code: string },
): CreditLimitReached {
  const message = say(viewer.language, '该商户的结算额度已用完', 'The partner owes as much as it may');
  const mayKnow =
    viewer.via === undefined &&
    (viewer.partner === partner || (viewer.partner === undefined && covers(viewer.scopes, 'settlement.read:all')));
  return as(CreditLimitReached, { code, message, ...(mayKnow ? { limitFen, usedFen } : {}) });
}
