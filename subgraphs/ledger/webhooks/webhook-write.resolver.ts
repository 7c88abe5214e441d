import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { EventTypeName } from '../../../schema/event-types.js';
import type { WebhookFailureReason } from '../../../schema/webhook-failures.js';
import type { Viewer } from '../../../schema/viewer.js';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { writeKey, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { noWebhook } from './remove-webhook.js';
import { resumeWebhook } from './resume-webhook.js';
import { freshSecret, saveWebhook } from './save-webhook.js';
import { beginTest, endTest, testOutcome } from './test-webhook.js';
import { webhookId } from './webhook-store.js';
import { EventType, WebhookFailureEnum } from './webhook.types.js';

@InputType({ description: 'For the gateway: a webhook as it is to be.' })
@Inaccessible()
class SaveWebhookInput {
  @Field(() => ID, { nullable: true, description: 'Whose.' }) partner?: string | null;
  @Field(() => String, { description: 'Name.' }) name!: string;
  @Field(() => String, { description: 'Where to, looked at already.' }) url!: string;
  @Field(() => [EventType], { nullable: true, description: 'Which types.' }) types?: EventTypeName[] | null;
  @Field(() => Boolean, { description: 'Whether there is to be a new secret.' }) rotateSecret!: boolean;
  @Field(() => String, { description: 'Cursor of now.' }) cursor!: string;
  @Field(() => Int, { description: 'Minutes for which the old secret signs on.' }) overlapMinutes!: number;
  @Field(() => Int, { description: 'How many a partner may have.' }) most!: number;
}

@ObjectType({ description: 'For the gateway: what became of a webhook.' })
@Inaccessible()
@Access('INTERNAL')
class SavedWebhook {
  @Field(() => ID, { nullable: true, description: 'Its id; absent where the partner has too many.' }) id!: string | null;
  @Field(() => ID, { description: 'Whose.' }) partner!: string;
  @Field(() => String, { nullable: true, description: 'The secret that this write made, sealed.' }) sealed!: string | null;
  @Field(() => Boolean, { description: 'Whether this was answered before.' }) replayed!: boolean;
}

@ObjectType({ description: 'For the gateway: a test that is to be sent.' })
@Inaccessible()
@Access('INTERNAL')
class WebhookToTest {
  @Field(() => ID, { description: 'The test.' }) test!: string;
  @Field(() => ID, { description: 'Whose.' }) partner!: string;
  @Field(() => String, { description: 'Where to.' }) url!: string;
  @Field(() => [String], { description: 'Secrets, sealed.' }) secrets!: readonly string[];
  @Field(() => Date, { description: 'The real time.' }) now!: Date;
  @Field(() => Boolean, { nullable: true, description: 'What came of it, where that is known.' }) delivered!: boolean | null;
  @Field(() => WebhookFailureEnum, { nullable: true, description: 'Why not.' }) failure!: WebhookFailureReason | null;
  @Field(() => Int, { nullable: true, description: 'HTTP status.' }) status!: number | null;
  @Field(() => Boolean, { description: 'Whether this was answered before.' }) replayed!: boolean;
}

/** Writes that the gateway begins, since it alone knows cursors and sends; who asks is the caller, whom the gateway hands on. */
@Resolver()
export class WebhookWriteResolver {
  @Mutation(() => SavedWebhook, { description: 'For the gateway: adds or changes a webhook.' })
  @Internal()
  async saveWebhook(
    @Arg('input', () => SaveWebhookInput, { description: 'The webhook.' }) input: SaveWebhookInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SavedWebhook> {
    const { name, url, rotateSecret, cursor, most } = input;
    const partner = partnerFor(context.viewer, input.partner);
    const wish = { partner, name, url, types: input.types ?? null, rotateSecret };
    const rules = { cursor, overlapMs: input.overlapMinutes * 60_000, most };
    const { outcome, replayed } = await saveWebhook(context, keyFor(info, context.viewer, 'setWebhook'), wish, rules);
    if (outcome.kind === 'refused') return as(SavedWebhook, { id: null, partner, sealed: null, replayed });
    const sealed = outcome.secret === null ? null : await freshSecret(context.em, outcome.secret);
    return as(SavedWebhook, { id: webhookId(partner, name), partner, sealed, replayed });
  }

  @Mutation(() => SavedWebhook, { description: 'For the gateway: delivers again, from a cursor or from where it was.' })
  @Internal()
  async restartWebhook(
    @Arg('partner', () => ID, { nullable: true, description: 'Whose.' }) named: string | undefined,
    @Arg('name', () => String, { description: 'Which.' }) name: string,
    @Arg('after', () => String, { nullable: true, description: 'Cursor.' }) after: string | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SavedWebhook> {
    const partner = partnerFor(context.viewer, named);
    const { replayed } = await resumeWebhook(context, keyFor(info, context.viewer, 'resumeWebhook'), { partner, name }, after ?? null);
    return as(SavedWebhook, { id: webhookId(partner, name), partner, sealed: null, replayed });
  }

  @Mutation(() => WebhookToTest, { description: 'For the gateway: begins a test, or says what came of it.' })
  @Internal()
  async beginWebhookTest(
    @Arg('partner', () => ID, { nullable: true, description: 'Whose.' }) named: string | undefined,
    @Arg('name', () => String, { description: 'Which.' }) name: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<WebhookToTest> {
    const { em, viewer } = context;
    const partner = partnerFor(viewer, named);
    const { outcome, replayed } = await beginTest(context, keyFor(info, viewer, 'testWebhook'), { partner, name });
    const known = await testOutcome(em, outcome.test);
    const [target] = await rows<{ url: string; secrets: string; now: string }>(
      em,
      `select url, clock_timestamp() as now, (select coalesce(json_agg(sealed order by made_at desc, id desc), '[]')::text from webhook_secret s
         where s.partner = w.partner and s.name = w.name and (until is null or until > clock())) as secrets
       from webhook w where partner = ? and name = ?`,
      [partner, name],
    );
    if (!target) throw noWebhook();
    return as(WebhookToTest, {
      test: outcome.test,
      partner,
      url: target.url,
      secrets: JSON.parse(target.secrets) as string[],
      now: new Date(target.now),
      delivered: known?.delivered ?? null,
      failure: known?.failure ?? null,
      status: known?.status ?? null,
      replayed,
    });
  }

  @Mutation(() => Boolean, { description: 'For the gateway: what came of a test.' })
  @Internal()
  async endWebhookTest(
    @Arg('test', () => ID, { description: 'The test.' }) test: string,
    @Arg('delivered', () => Boolean, { description: 'Whether it was taken.' }) delivered: boolean,
    @Arg('failure', () => WebhookFailureEnum, { nullable: true, description: 'Why not.' }) failure: WebhookFailureReason | undefined,
    @Arg('status', () => Int, { nullable: true, description: 'HTTP status.' }) status: number | undefined,
    @Ctx() { em }: Context,
  ): Promise<boolean> {
    await endTest(em, test, { delivered, failure: failure ?? null, status: status ?? null });
    return true;
  }
}

/** The caller itself, as if there were no gateway between: what it may is decided as everywhere. */
const callerOf = ({ via: _via, ...viewer }: Viewer): Viewer => viewer;

const partnerFor = (viewer: Viewer, named: string | null | undefined): string => actingFor(callerOf(viewer), 'webhooks.write', named);

const keyFor = (info: GraphQLResolveInfo, viewer: Viewer, operation: string): WriteKey => ({
  ...writeKey(info, callerOf(viewer)),
  operation,
});
