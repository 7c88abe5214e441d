import { Arg, Args, type ClassType, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import type { Owner } from '../../schema/decide.js';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import { recipientOf, type Viewer } from '../../schema/viewer.js';
import { Access, Scopes, Shareable } from './access.js';
import { enumOf } from './enum.js';
import { badInput } from './errors.js';
import { connectionOf, decodeCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from './page.js';
import { rows } from './sql.js';
import type { SubgraphContext } from './subgraph.js';
import { as } from './union.js';

const AuditOutcome = enumOf('AuditOutcome', 'What became of a write.', {
  CHANGED: 'It changed something.',
  REFUSED: 'It was refused and changed nothing.',
});

/** One line of the audit trail; several subgraphs keep one each, of the same shape. */
@ObjectType({ description: "A refused write, or an admin's write that changed something. It is never altered." })
@Shareable()
@Access('COMPLIANCE')
export class AuditEntry {
  @Field(() => ID, { description: 'Place in the trail.' }) id!: string;
  @Field(() => Date, { description: 'When.' }) at!: Date;
  @Field(() => String, {
    description: "Who: the kind of caller and its name, such as `staff:li` or `partner:telecom`; a member by the reader's own id.",
  })
  actor!: string;
  @Field(() => String, { description: 'Which write.' }) operation!: string;
  @Field(() => String, { description: 'Its idempotency key.' }) key!: string;
  @Field(() => AuditOutcome, { description: 'What became of it.' }) outcome!: keyof typeof AuditOutcome;
  @Field(() => ID, { nullable: true, description: 'The partner whose matter it is.' }) partner!: string | null;
  @Field(() => String, { nullable: true, description: 'What was there before, as JSON.' }) before!: string | null;
  @Field(() => String, { nullable: true, description: 'What is there now, as JSON.' }) after!: string | null;
  @Field(() => String, { nullable: true, description: 'Why it was refused, as JSON.' }) detail!: string | null;
}

const AuditEntryConnection = connectionOf(AuditEntry, 'AuditEntry', true);

/** Nobody's own: who belongs to one partner reads no audit trail. */
export const auditOwners = { AuditEntry: (): Owner => ({}) };

interface Row {
  id: string;
  at: string;
  principal: string;
  operation: string;
  key: string;
  detail: string;
  outcome: keyof typeof AuditOutcome;
  partner: string | null;
  before: string | null;
  after: string | null;
}

/** The query that reads a subgraph's own audit trail, under a name of its own. */
export function auditTrail(name: string, whose: string): ClassType<object> {
  @Resolver()
  class AuditResolver {
    @Query(() => AuditEntryConnection, { name, description: `The audit trail of ${whose}, newest first.` })
    @Scopes('compliance.read:all')
    async trail(
      @Args() page: PageArgs,
      @Arg('operation', () => String, { nullable: true, description: 'Only this write, such as `adjust`.' }) operation: string | null,
      @Arg('partner', () => ID, { nullable: true, description: "Only this partner's matters." }) partner: string | null,
      @Ctx() { em, viewer, ids }: SubgraphContext,
    ): Promise<Page<AuditEntry>> {
      const [after] = decodeCursor(page.after, 1) ?? [];
      if (after !== undefined && !/^\d{1,18}$/.test(after)) throw badInput('`after` is not a cursor of this list', { argument: 'after' });
      const conditions: readonly (readonly [string, string | null | undefined])[] = [
        ['id < ?', after],
        ['operation = ?', operation],
        ['partner = ?', partner],
      ];
      const given = conditions.filter(([, value]) => value !== null && value !== undefined);
      const found = await rows<Row>(
        em,
        `select * from audit ${given.length === 0 ? '' : `where ${given.map(([condition]) => condition).join(' and ')}`} order by id desc limit ?`,
        [...given.map(([, value]) => value), pageLimit(page)],
      );
      const shown = found.map((row) => entryOf(row, viewer, ids));
      return pageOf(shown, page, ({ id }) => encodeCursor(id));
    }
  }
  return AuditResolver;
}

/** Members appear under the reader's own ids, never under the internal uid. */
function entryOf({ principal, detail, at, ...row }: Row, viewer: Viewer, ids: PairwiseIds): AuditEntry {
  const sealed = (text: string): string => text.replaceAll(uid, (found) => ids.seal(found, recipientOf(viewer)));
  const masked = (json: string | null): string | null =>
    json && json.replaceAll(memberUid, (found) => sealed(found).replace('memberUid', 'member'));
  return as(AuditEntry, {
    ...row,
    at: new Date(at),
    actor: principal.includes('member:') ? sealed(principal) : principal,
    before: masked(row.before),
    after: masked(row.after),
    detail: detail === '' ? null : masked(detail),
  });
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const memberUid = /"memberUid":"[0-9a-f-]{36}"/g;
