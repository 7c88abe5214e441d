import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Internal, Shareable } from '../kernel/access.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { deliver, type DeliveryDesk, withdrawDelivery } from './deliver.js';
import { DeliveryOrderInput, DeliveryPartInput, DeliveryReceipt, DeliveryWithdrawn } from './delivery.entity.js';
import { withdrawPart } from './withdraw-part.js';

/** How the catalog reaches a trade's desk: the same two mutations everywhere, for it picks the subgraph by the partner's trade. */
export function deliveryResolver(desk: DeliveryDesk): new () => object {
  @Resolver()
  class DeliveryResolver {
    @Mutation(() => DeliveryReceipt, { description: 'For the catalog: delivers an order, once per redemption, all lines or none.' })
    @Shareable()
    @Internal()
    deliver(
      @Arg('order', () => DeliveryOrderInput, { description: 'What to deliver to whom.' }) order: DeliveryOrderInput,
      @Ctx() context: SubgraphContext,
    ): Promise<DeliveryReceipt> {
      return deliver(context, desk, order);
    }

    @Mutation(() => DeliveryWithdrawn, { description: 'For the catalog: withdraws a delivery, also one that has not arrived yet.' })
    @Shareable()
    @Internal()
    async withdrawDelivery(
      @Arg('redemption', () => ID, { description: 'The redemption whose delivery ends.' }) redemption: string,
      @Arg('part', () => DeliveryPartInput, { nullable: true, description: 'What of it ends; all of it where absent.' })
      part: DeliveryPartInput | null,
      @Ctx() context: SubgraphContext,
    ): Promise<DeliveryWithdrawn> {
      const withdrawn = part ? withdrawPart(context, desk, redemption, part) : withdrawDelivery(context, desk, redemption);
      return { withdrawn: await withdrawn };
    }
  }
  return DeliveryResolver;
}
