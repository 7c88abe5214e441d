import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { minOf } from '../../kernel/rational.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { rows } from '../../kernel/sql.js';
import { stopsOf } from '../clearing/credit/stops.js';
import type { Context } from '../context.js';
import { isAccepted, Programme } from '../partners/programme.entity.js';
import { burnRoom } from './limits/burn-room.js';
import { burnLimitsOf } from './limits/read-limits.js';
import { type SpentRow, spentOf, spentSql } from './limits/spent.js';
import { poolOf } from './one-trip.js';
import { mustBeUuid } from './hold.resolver.js';

@ObjectType({ description: 'Points of one programme that a member may spend at an acceptor.' })
@Inaccessible()
@Access('INTERNAL')
class SpendablePoints {
  @Field(() => ID, { description: 'The programme.' }) programme!: string;
  @Field(() => ID, { description: 'Its issuer.' }) issuer!: string;
  @Field(() => PointsScalar, { description: 'Points that may be spent now.' }) available!: bigint;
  @Field(() => FenScalar, { description: 'Value of a point: fen …' }) valueFen!: bigint;
  @Field(() => PointsScalar, { description: '… for this many points.' }) valuePoints!: bigint;
  @Field(() => Date, { nullable: true, description: 'When the first of them expire.' }) earliestExpiry!: Date | null;
  @Field(() => Boolean, { description: 'Whether the acceptor issued them itself.' }) acceptorIsIssuer!: boolean;
}

@Resolver()
export class SpendableResolver {
  @Query(() => [SpendablePoints], { description: 'For the catalog: what a member may spend at an acceptor, own points first.' })
  @Internal()
  async spendable(
    @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
    @Arg('acceptor', () => ID, { description: 'The partner at which points are to be spent.' }) acceptor: string,
    @Ctx() { em, loaders }: Context,
  ): Promise<SpendablePoints[]> {
    const found = await rows<{ programme: string; available: string; earliest: string | null }>(
      em,
      `select programme, sum(free)::bigint as available, min(expires_at) as earliest from lot_now
       where member_uid = ? and open and free > 0 and usable_from <= clock() group by programme order by min(expires_at) nulls last, programme`,
      [mustBeUuid(memberUid, 'memberUid')],
    );
    const programmes = await loaders.programme.loadMany(found.map(({ programme }) => programme));
    const stops = await stopsOf(em);
    const rooms = await roomsOf(em, memberUid);
    const spendable = found.flatMap(({ available, earliest }, n): SpendablePoints[] => {
      const programme = programmes[n];
      if (!(programme instanceof Programme) || !isAccepted(programme, acceptor)) return [];
      const { id, issuerId, valueFen, valuePoints } = programme;
      if (issuerId !== acceptor && stops.has(id)) return [];
      return [
        {
          programme: id,
          issuer: issuerId,
          available: minOf(BigInt(available), rooms.get(id) ?? BigInt(available)),
          valueFen,
          valuePoints,
          earliestExpiry: earliest === null ? null : new Date(earliest),
          acceptorIsIssuer: issuerId === acceptor,
        },
      ];
    });
    return spendable.filter((points) => points.available > 0n).sort((a, b) => Number(b.acceptorIsIssuer) - Number(a.acceptorIsIssuer));
  }
}

/** What limits leave to the member, of the programmes that have any. */
async function roomsOf(em: Context['em'], memberUid: string): Promise<ReadonlyMap<string, bigint | null>> {
  const limits = await burnLimitsOf(em);
  if (limits.size === 0) return new Map();
  const pool = await poolOf(em);
  return new Map(
    await Promise.all(
      [...limits].map(async ([programme, bounds]): Promise<[string, bigint | null]> => {
        const { rows: found } = await pool.query<SpentRow>(spentSql, [memberUid, programme, bounds.zone]);
        return [programme, burnRoom(bounds, spentOf(found[0] as SpentRow))];
      }),
    ),
  );
}
