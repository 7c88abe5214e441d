import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { enumOf } from '../../kernel/enum.js';
import { badInput } from '../../kernel/errors.js';
import { as } from '../../kernel/union.js';
import type { Context } from './context.js';
import { lineOfId } from './line-id.js';
import { proofOf } from './publish-root.js';
import { textOf } from './statement-line.js';

const ProofSide = enumOf<'LEFT' | 'RIGHT'>('ProofSide', 'On which side a hash stands when two are hashed into one.', {
  LEFT: 'Before ours.',
  RIGHT: 'After ours.',
});

@ObjectType({ description: 'One step up to the root.' })
@Access('PUBLIC')
class ProofStep {
  @Field(() => ProofSide, { description: 'Where the hash stands.' }) side!: 'LEFT' | 'RIGHT';
  @Field(() => String, { description: 'SHA-256, hex.' }) hash!: string;
}

@ObjectType({
  description:
    'Proves a line of a closed statement against the root that everybody sees, and shows nothing of other lines. leaf = SHA-256(00, length of salt as one byte, salt, content); ' +
    'each step = SHA-256(01, left, right); the last is the root.',
})
@Access('FINANCE')
export class StatementProof {
  readonly partner!: string;
  @Field(() => ID, { description: 'A month as YYYY-MM.' }) period!: string;
  @Field(() => String, { description: 'What the leaf says: the line as a JSON list.' }) content!: string;
  @Field(() => String, { description: "The line's own salt, hex. Who has it can check the line, so it is the partner's to show." })
  salt!: string;
  @Field(() => [ProofStep], { description: 'From the leaf upwards.' }) path!: ProofStep[];
  @Field(() => String, { description: 'The root over all lines of all partners, hex.' }) root!: string;
  @Field(() => String, { nullable: true, description: 'Compact JWS over the root; absent where the ledger has no key.' }) signature!:
    | string
    | null;
}

@Resolver()
export class StatementProofResolver {
  @Query(() => StatementProof, {
    nullable: true,
    description: 'What proves a line of a statement; absent while its period is open or its root is being made.',
  })
  @Scopes('settlement.read:own')
  async statementProof(
    @Arg('line', () => ID, { description: 'The line, as the statement names it.' }) line: string,
    @Arg('partner', () => ID, { nullable: true, description: 'Whose; the caller itself where absent.' }) named: string | undefined,
    @Ctx() { em, viewer, loaders }: Context,
  ): Promise<StatementProof | null> {
    const partner = actingFor(viewer, 'settlement.read', named);
    const { id, side } = lineOfId(line);
    const proof = await proofOf(em, partner, id, side);
    if (proof) {
      const { period, salt } = proof.line;
      const path = proof.path.map((step) => as(ProofStep, step));
      return as(StatementProof, { partner, period, content: textOf(proof.line), salt, path, root: proof.root, signature: proof.signature });
    }
    const obligation = await loaders.obligation.load(id);
    const whose = { CREDITOR: obligation?.creditor, DEBTOR: obligation?.debtor, FEE: 'operator' }[side];
    if (!obligation || whose !== partner) throw badInput('There is no such line', { argument: 'line' });
    return null;
  }
}
