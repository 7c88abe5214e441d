import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { say, Text, TextInput } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../items/item.entity.js';
import { type SupplierFacts, suppliersOf } from './read-suppliers.js';
import { setSupplier } from './supplier.js';

@ObjectType({ description: 'Who supplies goods that a partner offers.' })
@Access('PUBLIC')
class Supplier {
  @Field(() => ID, { description: 'Id of the supplier.' }) id!: string;
  @Field(() => Text, { description: 'Name.' }) name!: Text;
  @Field(() => Int, { nullable: true, description: 'Rating in tenths, from 0 to 50; absent where it has none.' }) ratingTenths!:
    | number
    | null;
}

@ObjectType({ description: 'The supplier is known.' })
@Access('PUBLIC')
class SupplierSet {
  @Field(() => Supplier, { description: 'The supplier.' }) supplier!: Supplier;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Another partner uses this supplier id.', implements: Refusal })
@Access('PUBLIC')
class SupplierTaken extends Refusal {}

const SetSupplierResult = resultOf('SetSupplierResult', 'What became of a supplier.', SupplierSet, SupplierTaken);

const shown = ({ id, name, ratingTenths }: SupplierFacts): Supplier => as(Supplier, { id, name, ratingTenths });

@Resolver(() => Item)
export class SupplierResolver {
  @Query(() => Supplier, { nullable: true, description: 'A supplier by its id; null where there is none.' })
  @Access('PUBLIC')
  async supplier(
    @Arg('id', () => ID, { description: 'Id of the supplier.' }) id: string,
    @Ctx() { em }: Context,
  ): Promise<Supplier | null> {
    const [found] = await suppliersOf(em, [id]);
    return found ? shown(found) : null;
  }

  @Mutation(() => SetSupplierResult, { description: 'Names who supplies goods, or changes what is said of them.' })
  @Scopes('catalog.write:own')
  async setSupplier(
    @Arg('id', () => ID, { description: 'Lower-case letters, digits and hyphens.' }) id: string,
    @Arg('owner', () => ID, { nullable: true, description: 'The partner whose supplier it is; the caller itself where absent.' }) owner:
      | string
      | null,
    @Arg('name', () => TextInput, { description: 'Name.' }) name: TextInput,
    @Arg('ratingTenths', () => Int, { nullable: true, description: 'Rating in tenths, from 0 to 50.' }) ratingTenths: number | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof SetSupplierResult> {
    const { viewer } = context;
    const wish = {
      id,
      owner: actingFor(viewer, 'catalog.write', owner),
      name: { zh: name.zh, en: name.en },
      ratingTenths: ratingTenths ?? null,
    };
    const { outcome, replayed } = await setSupplier(context, writeKey(info, viewer), wish);
    if (outcome.kind === 'set') return as(SupplierSet, { supplier: shown(wish), replayed });
    return as(SupplierTaken, {
      code: outcome.code,
      message: say(viewer.language, '该供应商编号已被其他合作方使用', 'Another partner uses this supplier id'),
    });
  }

  @FieldResolver(() => Supplier, { name: 'supplier', nullable: true, description: 'Who supplies it; absent where nobody is named.' })
  async suppliedBy(@Root() { supplier }: Item, @Ctx() { loaders }: Context): Promise<Supplier | null> {
    const found = supplier === null ? null : await loaders.supplier.load(supplier);
    return found && shown(found);
  }
}
