import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { Access, Scopes } from '../../../kernel/access.js';
import { mustBeOperator } from '../../../kernel/acting-for.js';
import { badInput } from '../../../kernel/errors.js';
import { writeKey } from '../../../kernel/idempotency.js';
import { connectionOf, decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../../kernel/page.js';
import { Refusal } from '../../../kernel/refusal.js';
import { say } from '../../../kernel/text.js';
import { as, resultOf } from '../../../kernel/union.js';
import type { Context } from '../../context.js';
import { Partner } from '../../partners/partner.entity.js';
import { ProductCertificate } from './product-certificate.entity.js';
import { registerCertificate, revokeCertificate } from './register-certificate.js';

@InputType({ description: 'A certificate of products; it covers either articles or a category of one partner.' })
class RegisterCertificateInput {
  @Field(() => String, { description: 'What it certifies, in the word that purchases and rules have for it, such as `GREEN`.' })
  scheme!: string;
  @Field(() => String, { description: 'Its number at who issued it; a scheme has a number once.' }) number!: string;
  @Field(() => String, { description: 'Who issued it.' }) issuer!: string;
  @Field(() => ID, { description: 'Whose products it is for.' }) partner!: string;
  @Field(() => [String], { nullable: true, description: "The partner's own numbers of the articles, 500 at the most." })
  skus?: string[] | null;
  @Field(() => String, { nullable: true, description: 'The category, in place of articles.' }) category?: string | null;
  @Field(() => Date, { description: 'Covers purchases from this instant on.' }) validFrom!: Date;
  @Field(() => Date, { description: 'Covers purchases until before this instant.' }) validUntil!: Date;
}

const replayedDescription = 'Whether this answer was given before under the same key.';

@ObjectType({ description: 'The certificate is registered.' })
@Access('PUBLIC')
class CertificateRegistered {
  @Field(() => ProductCertificate, { description: 'The certificate.' }) certificate!: ProductCertificate;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'This number of the scheme is registered already, and was not revoked.', implements: Refusal })
@Access('PUBLIC')
class CertificateKnown extends Refusal {
  @Field(() => ProductCertificate, { description: 'The one that is there.' }) certificate!: ProductCertificate;
}

@ObjectType({ description: 'The certificate covers nothing that is bought from now on.' })
@Access('PUBLIC')
class CertificateRevoked {
  @Field(() => ProductCertificate, { description: 'The certificate.' }) certificate!: ProductCertificate;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

const RegisterCertificateResult = resultOf(
  'RegisterCertificateResult',
  'What became of a certificate.',
  CertificateRegistered,
  CertificateKnown,
);
const ProductCertificateConnection = connectionOf(ProductCertificate, 'ProductCertificate');

@Resolver(() => ProductCertificate)
export class CertificateResolver {
  @Query(() => ProductCertificateConnection, { description: 'Registered certificates, the latest first, revoked ones among them.' })
  @Access('PUBLIC')
  async certificates(
    @Arg('partner', () => ID, { nullable: true, description: 'Only of this partner.' }) partnerId: string | null,
    @Arg('scheme', () => String, { nullable: true, description: 'Only of this scheme.' }) scheme: string | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em }: Context,
  ): Promise<Page<ProductCertificate>> {
    const before = decodeIdCursor(page.after);
    const where = {
      ...(partnerId === null || partnerId === undefined ? {} : { partnerId }),
      ...(scheme === null || scheme === undefined ? {} : { scheme }),
      ...(before === undefined ? {} : { id: { $lt: before } }),
    };
    const found = await em.find(ProductCertificate, where, { orderBy: { id: 'desc' }, limit: pageLimit(page), disableIdentityMap: true });
    return pageOf(found, page, ({ id }) => encodeCursor(id));
  }

  @Mutation(() => RegisterCertificateResult, {
    description:
      "Registers a certificate of products, which rules with `certificateRegistered` demand; the operator's own staff only. For example, with a rule that gives 20000 basis points more on a registered `GREEN`, rice of 100.00 that a certificate covers earns 300 points, and tea that only claims it 100.",
  })
  @Scopes('rules.write:all')
  async registerCertificate(
    @Arg('input', () => RegisterCertificateInput, { description: 'The certificate.' }) input: RegisterCertificateInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof RegisterCertificateResult> {
    const { viewer } = context;
    mustBeOperator(viewer);
    const { outcome, replayed } = await registerCertificate(context, writeKey(info, viewer), input);
    const certificate = await certificateOf(context, outcome.id);
    if (outcome.kind === 'registered') return as(CertificateRegistered, { certificate, replayed });
    const message = say(viewer.language, '该证书编号已登记', 'This number is registered already');
    return as(CertificateKnown, { code: outcome.code, message, certificate });
  }

  @Mutation(() => CertificateRevoked, {
    description:
      "Ends a certificate from this instant on: what was bought before keeps its points. The operator's own staff only; a second time changes nothing.",
  })
  @Scopes('rules.write:all')
  async revokeCertificate(
    @Arg('certificate', () => ID, { description: 'The certificate.' }) certificate: string,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CertificateRevoked> {
    const { viewer } = context;
    mustBeOperator(viewer);
    if (!validate(certificate)) throw badInput('There is no such certificate', { argument: 'certificate' });
    const { replayed } = await revokeCertificate(context, writeKey(info, viewer), { certificate, reason });
    return as(CertificateRevoked, { certificate: await certificateOf(context, certificate), replayed });
  }

  @FieldResolver(() => Partner, { nullable: true, description: 'Whose products it is for.' })
  partner(@Root() { partnerId }: ProductCertificate, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partnerId);
  }
}

const certificateOf = ({ em }: Context, id: string): Promise<ProductCertificate> =>
  em.findOneOrFail(ProductCertificate, { id }, { disableIdentityMap: true });
