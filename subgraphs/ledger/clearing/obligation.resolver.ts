import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Scopes } from '../../kernel/access.js';
import { as } from '../../kernel/union.js';
import { Partner } from '../partners/partner.entity.js';
import { Programme } from '../partners/programme.entity.js';
import type { Context } from './context.js';
import { Obligation } from './obligation.entity.js';
import { Redemption } from './redemption.stub.js';

@Resolver(() => Obligation)
export class ObligationResolver {
  @FieldResolver(() => Partner, { description: 'Who owes.' })
  debtor(@Root() { debtor }: Obligation, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(debtor);
  }

  @FieldResolver(() => Partner, { description: 'Who is owed.' })
  creditor(@Root() { creditor }: Obligation, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(creditor);
  }

  @FieldResolver(() => Programme, { description: 'Whose points they were.' })
  programme(@Root() { programme }: Obligation, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programme);
  }
}

@Resolver(() => Redemption)
export class RedemptionObligationsResolver {
  @FieldResolver(() => [Obligation], {
    nullable: true,
    description: 'What it made partners owe each other, returns included; a partner sees those that it has a part in.',
  })
  @Scopes('settlement.read:own', 'finance.read:own')
  obligations(@Root() { id }: Redemption, @Ctx() { loaders }: Context): Promise<Obligation[]> {
    return loaders.obligationsOfRedemption.load(id);
  }
}

export const references = {
  Obligation: ({ id }: Pick<Obligation, 'id'>, { loaders }: Context) => loaders.obligation.load(id),
  Redemption: ({ id }: Pick<Redemption, 'id'>) => as(Redemption, { id }),
};
