import { Arg, Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { validate as isUuid } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import { connectionOf, decodeCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { timesDown } from '../../kernel/rational.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { Accrual } from '../accrual/accrual.entity.js';
import type { Context } from '../context.js';
import { Programme, valueOf } from '../partners/programme.entity.js';
import { Lot, LotKind } from './lot.js';
import { expiringIn, lotsOfWallet } from './read.js';
import { ExpiringPoints, Wallet } from './wallet.js';

const LotConnection = connectionOf(Lot, 'Lot');

/** The id that a cursor of a member's list carries. */
export function idOfCursor(cursor: string | undefined): string | null {
  const [id] = decodeCursor(cursor, 1) ?? [];
  if (id !== undefined && !isUuid(id)) throw staleCursor();
  return id ?? null;
}
export const staleCursor = (): Error => badInput('`after` is not a cursor of this list', { argument: 'after' });

@Resolver(() => Wallet)
export class WalletResolver {
  @FieldResolver(() => Programme, { description: 'The programme.' })
  programme(@Root() { programmeId }: Wallet, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }

  @FieldResolver(() => FenScalar, { description: "What the available points are worth at the programme's value, rounded down." })
  async valueFen(@Root() { programmeId, available }: Wallet, @Ctx() { loaders }: Context): Promise<bigint> {
    return timesDown(available, valueOf((await loaders.programme.load(programmeId)) as Programme));
  }

  @FieldResolver(() => LotConnection, { description: 'Lots with points left, in the order in which they are spent.' })
  async lots(@Root() wallet: Wallet, @Args() page: PageArgs, @Ctx() { em }: Context): Promise<Page<Lot>> {
    const found = await lotsOfWallet(em, wallet, pageLimit(page), idOfCursor(page.after));
    if (!found) throw staleCursor();
    return pageOf(found, page, ({ id }) => encodeCursor(id));
  }

  @FieldResolver(() => [ExpiringPoints], { description: 'Points that expire soon, by instant.' })
  expiring(
    @Root() wallet: Wallet,
    @Arg('days', () => Int, { defaultValue: 30, description: 'Within how many days, 0 to 3660.' }) days: number,
    @Ctx() { em }: Context,
  ): Promise<ExpiringPoints[]> {
    if (days < 0 || days > 3660) throw badInput('`days` is 0 to 3660', { argument: 'days' });
    return expiringIn(em, wallet, days);
  }
}

@Resolver(() => Lot)
export class LotResolver {
  @FieldResolver(() => LotKind, { description: 'Where its points came from.' })
  kind(@Root() { accrualId, transferId }: Lot): keyof typeof LotKind {
    if (accrualId !== null) return LotKind.ACCRUAL;
    return transferId === null ? LotKind.ADJUSTMENT : LotKind.TRANSFER;
  }

  @FieldResolver(() => PointsScalar, {
    nullable: true,
    description: 'Points of it that may be spent now; absent for a partner that granted but did not issue them.',
  })
  available(@Root() { free, usableFrom, at, issuerId }: Lot, @Ctx() { viewer }: Context): bigint | null {
    return isStranger(viewer.partner, issuerId) ? null : usableFrom === null || at < usableFrom ? 0n : free;
  }

  @FieldResolver(() => PointsScalar, {
    nullable: true,
    description: 'Points of it that are set aside; absent for a partner that granted but did not issue them.',
  })
  held(@Root() { heldPoints, issuerId }: Lot, @Ctx() { viewer }: Context): bigint | null {
    return isStranger(viewer.partner, issuerId) ? null : heldPoints;
  }

  @FieldResolver(() => Accrual, { nullable: true, description: 'The accrual that made it.' })
  accrual(@Root() { accrualId }: Lot, @Ctx() { loaders }: Context): Promise<Accrual | null> | null {
    return accrualId === null ? null : loaders.accrual.load(accrualId);
  }
}

const isStranger = (partner: string | undefined, issuer: string): boolean => partner !== undefined && partner !== issuer;
