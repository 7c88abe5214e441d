import { Arg, Args, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { recipientOf } from '../../../schema/viewer.js';
import { Access, Scopes } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { connectionOf, decodeCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { type ExportPlace, exportRows, firstDigest, jsonlOf, nextDigest } from './read-export.js';

@ObjectType({ description: 'What one redemption took of one lot, and the purchase behind it. Who the member is does not show.' })
@Access('FINANCE')
class RegulatorExportLine {
  @Field(() => ID, { description: 'The redemption.' }) redemption!: string;
  @Field(() => Date, { description: 'When the points were spent.' }) at!: Date;
  @Field(() => ID, { description: 'The id under which the caller knows the member; the same in every line, trace and case.' })
  member!: string;
  @Field(() => ID, { description: 'Where.' }) acceptor!: string;
  @Field(() => ID, { description: 'Whose points.' }) programme!: string;
  @Field(() => ID, { description: 'Of which lot.' }) lot!: string;
  @Field(() => PointsScalar, { description: 'How many points of it.' }) points!: bigint;
  @Field(() => ID, {
    nullable: true,
    description: 'The accrual that made the lot; absent where it was given in a correction.',
  })
  accrual!: string | null;
  @Field(() => ID, { nullable: true, description: 'Where the purchase was made.' }) purchasePartner!: string | null;
  @Field(() => String, { nullable: true, description: "The partner's own number of the purchase." }) purchaseRef!: string | null;
  @Field(() => ID, { nullable: true, description: 'The member who earned the points, where that is another one, who sent them on.' })
  earner!: string | null;
  @Field(() => Int, { description: 'How many transfers lie between.' }) hands!: number;
  @Field(() => String, { description: "Hash of the journal's entry, which covers every entry of the member before it; hex." })
  entryHash!: string;
  @Field(() => ID, { nullable: true, description: 'The published root over that journal; absent until it is made.' }) root!: string | null;
  @Field(() => String, { description: 'The line of a JSONL file.' }) jsonl!: string;
  @Field(() => String, {
    description: 'sha256 of the digest of the line before, a line feed and this line, hex: the last one stands for the whole file.',
  })
  digest!: string;

  readonly place!: ExportPlace;
}

const RegulatorExportLineConnection = connectionOf(RegulatorExportLine, 'RegulatorExportLine');

@ObjectType({ description: 'Redemptions of one month down to purchases, for a regulator to keep.' })
@Access('FINANCE')
class RegulatorExport {
  @Field(() => ID, { description: 'The month, `YYYY-MM` in Asia/Shanghai.' }) period!: string;
  @Field(() => String, { description: 'What the digest of the first line follows: sha256 of `tongdui export PERIOD`, hex.' })
  firstDigest!: string;
}

/** What a regulator takes home. The same month gives the same lines and digests again, for nothing in the journal ever changes. */
@Resolver(() => RegulatorExport)
export class ExportResolver {
  @Query(() => RegulatorExport, { description: 'Redemptions of a month down to purchases, masked, page by page.' })
  @Scopes('regulator.read', 'compliance.read:all')
  regulatorExport(@Arg('period', () => ID, { description: 'The month, `YYYY-MM`.' }) period: string): RegulatorExport {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) throw badInput('A period is a month such as 2026-11', { argument: 'period' });
    return as(RegulatorExport, { period, firstDigest: firstDigest(period) });
  }

  @FieldResolver(() => RegulatorExportLineConnection, { description: 'Line by line, in the order of redemptions.' })
  async lines(
    @Root() { period }: RegulatorExport,
    @Args() page: PageArgs,
    @Ctx() { em, ids, viewer }: Context,
  ): Promise<Page<RegulatorExportLine>> {
    const after = placeOf(page.after);
    const found = await exportRows(em, period, after, pageLimit(page), (uid) => ids.seal(uid, recipientOf(viewer)));
    let digest = after?.digest ?? firstDigest(period);
    const lines = found.map(({ seq, part, ...facts }) => {
      const jsonl = jsonlOf(facts);
      digest = nextDigest(digest, jsonl);
      return as(RegulatorExportLine, { ...facts, jsonl, digest, place: { redemption: facts.redemption, seq, part, digest } });
    });
    return pageOf(lines, page, ({ place }) => encodeCursor(place.redemption, String(place.seq), String(place.part), place.digest));
  }
}

function placeOf(cursor: string | undefined): ExportPlace | null {
  const parts = decodeCursor(cursor, 4);
  if (!parts) return null;
  const [redemption = '', seq = '', part = '', digest = ''] = parts;
  if (!validate(redemption) || !/^\d{1,18}$/.test(seq) || !/^\d{1,9}$/.test(part) || !/^[0-9a-f]{64}$/.test(digest))
    throw badInput('`after` is not a cursor of this list', { argument: 'after' });
  return { redemption, seq: BigInt(seq), part: Number(part), digest };
}
