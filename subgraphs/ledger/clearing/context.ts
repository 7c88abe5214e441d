import type { EntityManager } from '@mikro-orm/postgresql';
import type DataLoader from 'dataloader';
import { validate } from 'uuid';
import type { Viewer } from '../../../schema/viewer.js';
import { loadByKey, loadManyByKey } from '../../kernel/loader.js';
import type { SubgraphContext } from '../../kernel/subgraph.js';
import type { Partner } from '../partners/partner.entity.js';
import type { Programme } from '../partners/programme.entity.js';
import { operator } from './netting.js';
import { Obligation } from './obligation.entity.js';

export interface ClearingLoaders {
  readonly obligation: DataLoader<string, Obligation | null>;
  readonly obligationsOfRedemption: DataLoader<string, Obligation[]>;
}

/** What clearing needs of the ledger's loaders. */
export interface Loaders extends ClearingLoaders {
  readonly partner: DataLoader<string, Partner | null>;
  readonly programme: DataLoader<string, Programme | null>;
}

export type Context = SubgraphContext<Loaders>;

/** Both find only what the viewer has a part in, so neither tells whether something else exists. */
export const loaders = (em: EntityManager, viewer: Viewer): ClearingLoaders => {
  const visible = visibleTo(viewer);
  return {
    obligation: loadByKey(
      (ids) => (visible ? em.find(Obligation, { $and: [{ id: { $in: ids.filter(validate) } }, visible] }) : Promise.resolve([])),
      ({ id }) => id,
    ),
    obligationsOfRedemption: loadManyByKey(
      (ids) =>
        visible
          ? em.find(
              Obligation,
              { $and: [{ redemption: { $in: ids.filter(validate) } }, visible] },
              { orderBy: { at: 'asc', debtor: 'asc', id: 'asc' } },
            )
          : Promise.resolve([]),
      ({ redemption }) => redemption as string,
    ),
  };
};

/** A partner sees what it owes or is owed, the operator's own system also what it has a fee of, a person nothing. */
function visibleTo({ kind, via, partner }: Viewer): object | null {
  if (via !== undefined) return {};
  if (kind === 'member' || kind === 'anonymous') return null;
  if (partner === undefined) return {};
  return { $or: [{ debtor: partner }, { creditor: partner }, ...(partner === operator ? [{ feeFen: { $gt: 0n } }] : [])] };
}
