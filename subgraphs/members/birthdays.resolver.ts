import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal } from '../kernel/access.js';
import { badInput } from '../kernel/errors.js';
import { rows } from '../kernel/sql.js';
import type { Context } from './context.js';

@ObjectType({ description: "For other subgraphs: a guardian whose child's birthday is celebrated, and the partner that may know it." })
@Inaccessible()
@Access('INTERNAL')
class ChildBirthday {
  @Field(() => ID, { description: 'The guardian.' }) memberUid!: string;
  @Field(() => ID, { description: 'The recipient of the consent.' }) recipient!: string;
}

const most = 50_000;

@Resolver()
export class BirthdaysResolver {
  @Query(() => [ChildBirthday], {
    description:
      "For other subgraphs: guardians of children born on these days, and the recipient of the separate consent that each day is kept under, where it holds now and is for a child's benefits.",
  })
  @Internal()
  childBirthdays(
    @Arg('days', () => [String], { description: 'Months and days, such as 05-17.' }) days: string[],
    @Arg('recipients', () => [ID], { description: 'Partners, at most 200.' }) recipients: string[],
    @Ctx() { em }: Context,
  ): Promise<ChildBirthday[]> {
    if (recipients.length > 200) throw badInput('`recipients` are at most 200', { argument: 'recipients' });
    return rows<ChildBirthday>(
      em,
      // Only the consent that the day is kept under: another one was given for another purpose, or to somebody who was not told the day. Of who is
      // just being forgotten no more is told to whom has forgotten already.
      `select distinct child.member_uid as "memberUid", consent.recipient from child join consent on consent.id = child.consent_id
       where child.birth_month_day = any(?::text[]) and consent.recipient = any(?::text[]) and consent.guardian and 'PII' = any(consent.classes)
         and consent.purpose = 'CHILD_BENEFITS'
         and not exists (select from erasure where erasure.member_uid = child.member_uid and erasure.state <> 'DEFERRED') and consent.valid_from <= clock() and (consent.valid_until is null or clock() < consent.valid_until)
         and (consent.withdrawn_at is null or clock() < consent.withdrawn_at) limit ${most}`,
      [days, recipients],
    );
  }
}
